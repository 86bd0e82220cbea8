import { definitions } from "@potluck/scenario";
import { describe, expect, test } from "vitest";
import { described, methodsCatalogue, reproductions } from "./methods-catalogue.ts";

const catalogue = await methodsCatalogue();
const parts = catalogue.rooms.flatMap(({ room, parts: own }) =>
  own.map((part) => ({ ...part, path: `${room}/${part.name}` })),
);

test("every part is there, with what its page says and where it is reproduced", () => {
  expect(parts).toHaveLength(definitions().length);
  const fedFix = parts.find(({ path }) => path === "pacing/fed-fix");
  expect(fedFix).toMatchObject({
    page: "docs/reference/methods/pacing/fed-fix.md",
    reproduction: "methods/pacing/fed-fix.json",
    plan: { json: '{ "name": "fed-fix", "intervalSeconds": 60 }' },
    options: [
      { name: "intervalSeconds", default: null },
      { name: "concurrency", default: "null" },
    ],
  });
  expect(fedFix?.use).toContain("Where versions have to come by the clock.");
});

describe.each(parts.map((part) => [part.path, part] as const))("%s", (_, { name, idea, equation, symbols, plan }) => {
  test("has a page in the form of all: the idea in three sentences, an equation and its letters, and how a plan names it", () => {
    expect(idea.match(/[.?](?= [A-Z]|$)/gu) ?? []).toHaveLength(3);
    expect(equation).not.toBeNull();
    expect(symbols).toMatch(/[.]$/u);
    expect(plan.typescript).toContain("(");
    expect(JSON.parse(plan.json)).toMatchObject({ name });
  });
});

test("what was measured of a method has its claim, its verdict and its numbers", async () => {
  const measured = await reproductions(catalogue);
  expect(measured.size).toBe(parts.filter(({ reproduction }) => reproduction !== null).length);
  for (const [path, { claim, experiment, verdict, conditions }] of measured) {
    expect([path, claim.length > 0, experiment.length > 0, verdict.words !== ""]).toEqual([path, true, true, true]);
    expect([path, conditions.flatMap((condition) => condition.measured).length > 0]).toEqual([path, true]);
  }
  const [condition] = measured.get("methods/codec/top-k.json")?.conditions ?? [];
  expect(condition?.measured[0]).toMatchObject({
    title: "test accuracy, mean of the last 5 measurements (higher is better)",
  });
  expect(condition?.measured[0]?.marks[0]).toMatchObject({
    arm: "identity",
    text: "0.8076 ± 0.0094",
    mean: 0.8076,
    deviation: 0.0094,
  });
});

test("what a page says is plain text but for names of code", () => {
  const page = `# x

Text.

## Idea

It does \`this\`, as [mean](mean.md) does.

## When to use it

- With [mean](mean.md), on
  **two** lines of \`code\`.
- Else.

## Trust

- No.
`;
  expect(described(page)).toEqual({
    idea: "It does `this`, as mean does.",
    equation: null,
    symbols: "",
    plan: { typescript: "", json: "" },
    use: ["With mean, on two lines of `code`.", "Else."],
  });
  expect(described("")).toMatchObject({ idea: "", equation: null, use: [] });
});
