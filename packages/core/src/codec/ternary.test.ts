import { codecConformance, vectors } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { qsgd } from "./qsgd.ts";
import { ternary } from "./ternary.ts";

for (const options of [{ bucket: 1 }, { bucket: 13 }, {}]) codecConformance(ternary(options));

const key = rootKey(1);

test("by hand: numbers as large as the scale are sent as they are, five to a byte", () => {
  const x = Float32Array.of(2, -2, 0, 0, 2, -2);
  const payload = ternary().encode(x, new Float32Array(6), key);
  // 2 as float32 is 0x40000000. Digits 1, 2, 0, 0, 1: 1 + 2 · 3 + 1 · 81 = 88; then 2.
  expect([...payload]).toEqual([0, 0, 0, 0x40, 88, 2]);
  const sum = new Float64Array(6);
  ternary().accumulate(payload, { sum, weight: 3, anchor: x, key }, plainKernels);
  expect([...sum]).toEqual([6, -6, 0, 0, 6, -6]);
});

test("a quarter of the scale is sent as the scale one time in four", () => {
  const x = Float32Array.from({ length: 400 }, (_, i) => (i === 0 ? -4 : -1));
  const sum = new Float64Array(400);
  const payload = ternary().encode(x, new Float32Array(400), key);
  ternary().accumulate(payload, { sum, weight: 1, anchor: x, key }, plainKernels);
  expect([...new Set(sum)].sort((a, b) => a - b)).toEqual([-4, 0]);
  // Binomial(399, ¼) has mean 99.75 and deviation 8.6.
  const sent = sum.filter((value) => value === -4).length - 1;
  expect(sent).toBeGreaterThan(65);
  expect(sent).toBeLessThan(135);
});

test("says what qsgd with 2 bits says under the same key", () => {
  fc.assert(
    fc.property(vectors, fc.maxSafeNat(), (x, seed) => {
      const under = rootKey(seed);
      const [three, two] = [ternary({ bucket: 20 }), qsgd({ bits: 2, bucket: 20 })].map((codec) => {
        const sum = new Float64Array(x.length);
        const payload = codec.encode(x, new Float32Array(x.length), under);
        codec.accumulate(payload, { sum, weight: 1, anchor: x, key: under }, plainKernels);
        return sum;
      });
      expect(three).toEqual(two);
    }),
  );
});

test("1,000 numbers take 200 bytes and two scales", () => {
  expect(ternary().encode(new Float32Array(1000), new Float32Array(1000), key).byteLength).toBe(208);
});

describe("refuses", () => {
  const scale = [0, 0, 0x80, 0x3f];
  test("a byte that is no five digits", () => {
    const payload = Uint8Array.of(...scale, 243);
    expect(ternary().defect(payload, 5, plainKernels)).toBe("the update has a byte of 243, expected at most 242");
  });

  test("digits behind the last number", () => {
    expect(ternary().defect(Uint8Array.of(...scale, 8), 2, plainKernels)).toBeNull();
    const behind = ternary().defect(Uint8Array.of(...scale, 9), 2, plainKernels);
    expect(behind).toBe("the update has digits behind its last number");
  });

  test("a scale that is not a number", () => {
    const payload = Uint8Array.of(0, 0, 0xc0, 0x7f, 0);
    expect(ternary().defect(payload, 5, plainKernels)).toBe("the update holds numbers that are not finite");
  });
});
