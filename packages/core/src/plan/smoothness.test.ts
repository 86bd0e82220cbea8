import fc from "fast-check";
import { expect, test } from "vitest";
import { present } from "../base/invariant.ts";
import { topK } from "../codec/index.ts";
import { clientId } from "./identity.ts";
import {
  forgetSmoothness,
  MAX_STEEPNESS,
  noSmoothness,
  noteSmoothness,
  renewSteepness,
  type Smoothness,
  tell,
  toldOf,
} from "./smoothness.ts";

const exact = { guarantee: { kind: "exact" }, length: 10 } as const;

function begun(sets: "weights" | "rate" = "weights"): Smoothness {
  return present(noSmoothness({ base: "own", smoothness: sets }), "smoothness that is asked for");
}

test("nothing is kept where nobody asks", () => {
  expect(noSmoothness({ base: "own" })).toBeNull();
  expect(toldOf(null, clientId(0))).toBe(1);
});

test("steepness is smoothness over its mean when the model was published, 1 of those of which nothing is known", () => {
  const known = begun();
  noteSmoothness(known, clientId(0), 3);
  noteSmoothness(known, clientId(1), 1);
  expect(tell(known, clientId(0))).toBe(1);
  renewSteepness(known, exact);
  noteSmoothness(known, clientId(1), 100);
  expect([0, 2].map((client) => tell(known, clientId(client)))).toEqual([1.5, 1]);
  expect(toldOf(known, clientId(0))).toBe(1.5);
});

test("the largest estimate of a client counts, and one that is missing changes nothing", () => {
  const known = begun();
  for (const estimate of [2, 5, undefined, 3]) noteSmoothness(known, clientId(0), estimate);
  expect(known.byClient.get(clientId(0))).toBe(5);
});

test("clients that are alike but for roundings are told 1, and steepness is never 0", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 30 }), (smooth, count) => {
      const known = begun();
      for (let client = 0; client < count; client++) {
        noteSmoothness(known, clientId(client), smooth * (1 + 1e-7 * client));
      }
      renewSteepness(known, exact);
      for (let client = 0; client < count; client++) expect(tell(known, clientId(client))).toBe(1);
      noteSmoothness(known, clientId(0), 1e9 * smooth);
      renewSteepness(known, exact);
      expect(tell(known, clientId(count - 1))).toBeGreaterThan(0);
    }),
  );
});

test("whatever a client claims, it counts as no steeper than 100 times the median, and goes on alone", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 2, maxLength: 20 }),
      fc.constantFrom(1e6, 1e300, Number.MAX_VALUE),
      (honest, claim) => {
        const known = begun("rate");
        honest.forEach((estimate, client) => {
          noteSmoothness(known, clientId(client), estimate);
        });
        noteSmoothness(known, clientId(honest.length), claim);
        renewSteepness(known, exact);
        const highest = Math.max(...honest);
        // One of n + 1 counts MAX_STEEPNESS times the median at most.
        expect(known.mean).toBeLessThan(highest + (MAX_STEEPNESS * highest) / (honest.length + 1));
        expect(known.factor).toBeGreaterThan(1e-3 / highest);
        expect(tell(known, clientId(honest.length))).toBeLessThanOrEqual(MAX_STEEPNESS * (honest.length + 1));
      },
    ),
  );
});

test("what a client said before it began anew is forgotten", () => {
  const known = begun();
  noteSmoothness(known, clientId(0), 7);
  forgetSmoothness(known, clientId(0));
  noteSmoothness(known, clientId(0), 2);
  expect(known.byClient.get(clientId(0))).toBe(2);
  forgetSmoothness(null, clientId(0));
});

test("by hand: with one number in ten sent, steps may be as long as 1 / (ℓ̄ (1 + √(β / θ)))", () => {
  const known = begun("rate");
  expect(known.factor).toBe(1);
  noteSmoothness(known, clientId(0), 0.02);
  noteSmoothness(known, clientId(1), 0.06);
  renewSteepness(known, { guarantee: topK({ ratio: 0.1 }).guarantee, length: 10 });
  // √0.9 = 0.948683; 0.948683 / 0.051317 = 18.4868; 1 / (0.04 · 19.4868) = 1.28292
  expect(known.factor).toBeCloseTo(1.28292, 4);
  const plain = begun();
  noteSmoothness(plain, clientId(0), 0.02);
  renewSteepness(plain, { guarantee: topK({ ratio: 0.1 }).guarantee, length: 10 });
  expect(plain.factor).toBe(1);
});
