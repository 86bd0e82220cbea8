import { codecConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { float16 } from "./float16.ts";

const codec = float16();
const key = rootKey(1);
codecConformance(codec);

function bytesOf(values: readonly number[]): readonly number[] {
  return [...codec.encode(Float32Array.from(values), new Float32Array(values.length), key)];
}

function decoded(payload: Uint8Array, length: number): readonly number[] {
  const sum = new Float64Array(length);
  codec.accumulate(payload, { sum, weight: 1, anchor: new Float32Array(length), key }, plainKernels);
  return [...sum];
}

test("by hand: 3 and −1 are moved by 2^13, to 24576 = 1.5 · 2^14 and −8192 = −2^13", () => {
  // 1.5 · 2^14: exponent 14 + 15 = 29, fraction 512: 0x7600. −2^13: sign, exponent 28, fraction 0: 0xf000. e = −13: 0xfff3.
  expect(bytesOf([3, -1])).toEqual([0xf3, 0xff, 0x00, 0x76, 0x00, 0xf0]);
  expect(decoded(Uint8Array.from(bytesOf([3, -1])), 2)).toEqual([3, -1]);
});

test("ties go to even: 2^14 + 8 lies between 2^14 and 2^14 + 16", () => {
  // At 2^14 the unit in the last place is 2^(14 − 10) = 16.
  const x = [16384, 16392, 16393, 16408];
  expect(decoded(Uint8Array.from(bytesOf(x)), 4)).toEqual([16384, 16384, 16400, 16416]);
});

test("small numbers beside a large one are rounded to multiples of 2^−24 of the unit, ties to even", () => {
  const unit = 2 ** -24;
  const x = [16384, 1.5 * unit, 2.5 * unit, 0.5 * unit, -1.25 * unit];
  expect(decoded(Uint8Array.from(bytesOf(x)), 5)).toEqual([16384, 2 * unit, 2 * unit, 0, -unit]);
});

test("a number that rounds up to 2^15 of its unit arrives", () => {
  expect(decoded(Uint8Array.from(bytesOf([32767])), 1)).toEqual([32768]);
});

test("no number is off by more than 2^−11 of itself, or 2^−39 of the largest", () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(numbers, (values) => {
      const largest = Math.max(...values.map(Math.abs));
      decoded(Uint8Array.from(bytesOf(values)), values.length).forEach((value, i) => {
        const sent = values[i] ?? 0;
        expect(Math.abs(value - sent)).toBeLessThanOrEqual(Math.max(Math.abs(sent) * 2 ** -11, largest * 2 ** -39));
      });
    }),
  );
});

test("what arrives is sent again as it is, where the largest was not rounded to the next power of two", () => {
  const numbers = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(numbers, (others) => {
      const values = [1, ...others];
      const once = decoded(Uint8Array.from(bytesOf(values)), values.length);
      expect(decoded(Uint8Array.from(bytesOf(once)), values.length)).toEqual(once);
    }),
  );
});

test.each([
  [
    "an exponent that float32 has no room for",
    [0x00, 0x10, 0, 0],
    "the update has the exponent 4110, expected one that float32 has room for",
  ],
  [
    "a number larger than the exponent says",
    [0, 0, 0x01, 0x78],
    "number 0 of the update is larger than its exponent says",
  ],
  ["an infinite number", [0, 0, 0x00, 0xfc], "number 0 of the update is larger than its exponent says"],
])("refuses %s", (_, bytes, defect) => {
  expect(codec.defect(Uint8Array.from(bytes), 1, plainKernels)).toBe(defect);
});
