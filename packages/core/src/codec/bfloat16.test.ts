import { codecConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { bfloat16 } from "./bfloat16.ts";

const codec = bfloat16();
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

test("by hand: 3 and −1 are moved by 2^−1, to 1.5 and −0.5", () => {
  // The upper halves of 0x3fc00000 and 0xbf000000. e = 1.
  expect(bytesOf([3, -1])).toEqual([1, 0, 0xc0, 0x3f, 0x00, 0xbf]);
  expect(decoded(Uint8Array.from(bytesOf([3, -1])), 2)).toEqual([3, -1]);
});

test("ties go to even: 257 lies between 256 and 258", () => {
  // Between 256 and 512 the unit in the last place is 2^(8 − 7) = 2.
  expect(decoded(Uint8Array.from(bytesOf([256, 257, 257.5, 259])), 4)).toEqual([256, 256, 258, 260]);
});

test("a number that rounds up to 2 of its unit arrives", () => {
  expect(decoded(Uint8Array.from(bytesOf([511.9])), 1)).toEqual([512]);
});

test("no number is off by more than 2^−8 of itself, or 2^−133 of the largest", () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(numbers, (values) => {
      const largest = Math.max(...values.map(Math.abs));
      decoded(Uint8Array.from(bytesOf(values)), values.length).forEach((value, i) => {
        const sent = values[i] ?? 0;
        expect(Math.abs(value - sent)).toBeLessThanOrEqual(Math.max(Math.abs(sent) * 2 ** -8, largest * 2 ** -133));
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
    "the update has the exponent 4096, expected one that float32 has room for",
  ],
  [
    "a number larger than the exponent says",
    [0, 0, 0x01, 0x40],
    "number 0 of the update is larger than its exponent says",
  ],
  ["what is not a number", [0, 0, 0xc0, 0xff], "number 0 of the update is larger than its exponent says"],
])("refuses %s", (_, bytes, defect) => {
  expect(codec.defect(Uint8Array.from(bytes), 1, plainKernels)).toBe(defect);
});
