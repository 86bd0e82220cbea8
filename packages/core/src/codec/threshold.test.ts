import { codecConformance } from "@potluck/testkit";
import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { threshold } from "./threshold.ts";

for (const least of [0.5, 1e-30]) codecConformance(threshold({ threshold: least }));

const key = rootKey(1);

test("by hand: of 1, −2, 0.5 and 3 those of at least 2 are sent", () => {
  const codec = threshold({ threshold: 2 });
  const x = Float32Array.of(1, -2, 0.5, 3);
  const payload = codec.encode(x, new Float32Array(4), key);
  // A bitmap of one byte: bits 2 and 8. −2 is 0xc0000000, 3 is 0x40400000.
  expect([...payload]).toEqual([1, 2, 10, 0, 0, 0, 0xc0, 0, 0, 0x40, 0x40]);
  const sum = new Float64Array(4);
  codec.accumulate(payload, { sum, weight: 1, anchor: x, key }, plainKernels);
  expect([...sum]).toEqual([0, -2, 0, 3]);
});

test("an update of small numbers takes two bytes", () => {
  const x = new Float32Array(1000).fill(0.1);
  expect([...threshold({ threshold: 1 }).encode(x, new Float32Array(1000), key)]).toEqual([0, 0]);
});

test("any number of numbers may be sent, but no more than the model has", () => {
  const codec = threshold({ threshold: 1 });
  for (const count of [0, 1, 7, 20]) {
    const x = Float32Array.from({ length: 20 }, (_, i) => (i < count ? 1 : 0));
    expect(codec.defect(codec.encode(x, new Float32Array(20), key), 20, plainKernels)).toBeNull();
  }
  expect(codec.defect(Uint8Array.of(0, 21), 20, plainKernels)).toBe(
    "the update has 21 indices, and the model has 20 parameters",
  );
});
