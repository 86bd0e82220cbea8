import { expect, test } from "vitest";
import { readSums, sumsDefect, writeSums } from "./sums.ts";

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const SMALLEST = 2 ** -149;

function said(sums: Float64Array): Float64Array {
  const { numbers, factor } = readSums(writeSums(sums));
  return Float64Array.from(numbers, (number) => number * factor);
}

test("usual numbers, and the smallest, are sent as they are", () => {
  const sums = Float64Array.of(1, -0.5, 0, SMALLEST, -3 * SMALLEST);
  expect(said(sums)).toEqual(sums);
  expect(writeSums(sums).at(-1)).toBe(0);
});

test("by hand: a sum of three of the largest numbers counts 2^3", () => {
  // Three times almost 2^128 is almost 2^129.6: the exponent 129 is 3 above 126.
  const message = writeSums(Float64Array.of(3 * LARGEST, 1));
  expect(message.at(-1)).toBe(3);
  expect(sumsDefect(message, 2)).toBeNull();
  expect(said(Float64Array.of(3 * LARGEST))[0]).toBeCloseTo(3 * LARGEST, -35);
});

test("what is just too large for float32 when it is rounded is halved", () => {
  const sums = Float64Array.of(LARGEST + 2 ** 103);
  expect(Math.fround(sums[0] ?? 0)).toBe(Infinity);
  expect(said(sums)).toEqual(Float64Array.of(2 ** 128));
});

test("refuses a power that no sum has, a length that lies, and numbers that are not finite", () => {
  const message = writeSums(Float64Array.of(1, 2));
  expect(sumsDefect(message, 2)).toBeNull();
  expect(sumsDefect(message, 3)).toBe("the update has 9 bytes, expected 13");
  expect(sumsDefect(Uint8Array.of(...message.subarray(0, -1), 43), 2)).toBe(
    "the update counts 2^43, expected at most 2^42",
  );
  expect(sumsDefect(Uint8Array.of(0, 0, 0x80, 0x7f, ...message.subarray(4)), 2)).toBe(
    "the update holds numbers that are not finite",
  );
});
