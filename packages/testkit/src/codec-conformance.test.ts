import { codec } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { codecConformance } from "./codec-conformance.ts";
import { vectors } from "./codec-messages.ts";

let encoded = 0;
let inspected = 0;
for (const subject of [codec.identity(), codec.randK({ ratio: 0.5 })]) {
  codecConformance({
    ...subject,
    encode: (trained, anchor, key) => {
      encoded += 1;
      return subject.encode(trained, anchor, key);
    },
    defect: (payload, length, kernels) => {
      inspected += 1;
      return subject.defect(payload, length, kernels);
    },
  });
}

test("the laws have asked the codecs", () => {
  expect(encoded).toBeGreaterThan(5000);
  expect(inspected).toBeGreaterThan(5000);
});

test("vectors are short and long, finite, and some of their numbers 0", () => {
  const drawn = fc.sample(vectors, { numRuns: 300, seed: 1 });
  expect(drawn.every((x) => x.every(Number.isFinite))).toBe(true);
  expect(Math.max(...drawn.map(({ length }) => length))).toBeGreaterThan(50);
  expect(drawn.some(({ length }) => length === 0)).toBe(true);
  expect(drawn.some((x) => x.includes(0))).toBe(true);
});
