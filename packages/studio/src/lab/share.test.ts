import fc from "fast-check";
import { expect, test } from "vitest";
import { type LabChoice } from "./choice.ts";
import { beginning } from "./presets.ts";
import { packed, unpacked } from "./share.ts";

const fields = fc.dictionary(
  fc.string().filter((name) => name !== "__proto__"),
  fc.jsonValue(),
  { maxKeys: 4 },
);
const choices: fc.Arbitrary<LabChoice> = fc.record({
  seed: fc.nat(),
  scene: fields,
  plans: fc.array(fc.record({ title: fc.string(), plan: fields }), { minLength: 1, maxLength: 3 }),
});

test("what is packed is unpacked as it was, in letters that addresses take as they are", async () => {
  await fc.assert(
    fc.asyncProperty(choices, async (choice) => {
      const text = await packed(choice);
      expect(text).toMatch(/^[\w-]+$/);
      expect(JSON.stringify(await unpacked(text))).toBe(JSON.stringify(choice));
    }),
    { numRuns: 50 },
  );
});

test("a choice is short enough for a link", async () => {
  expect((await packed(beginning)).length).toBeLessThan(700);
});

test("whatever else somebody puts into a link is no choice", async () => {
  const whole = await packed(beginning);
  const bomb = await packed({ ...beginning, scene: { a: "a".repeat(2 ** 17) } });
  const crowd = await packed({ ...beginning, plans: Array.from({ length: 4 }, () => ({ title: "", plan: {} })) });
  const broken = ["", "?", whole.slice(0, 40), `${whole.slice(0, 40)}%`, bomb, crowd];
  for (const text of broken) expect(await unpacked(text)).toBe(null);
});
