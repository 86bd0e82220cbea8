import fc from "fast-check";
import { expect, test } from "vitest";
import { bestRice, LARGEST_RICE, riceReader, writeRice } from "./rice.ts";

const word = fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 0, max: 2 ** 20 }));

function written(numbers: readonly number[], parameter: number): Uint8Array {
  const bits = numbers.reduce((sum, n) => sum + Math.floor(n / 2 ** parameter) + 1 + parameter, 0);
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  writeRice(bytes, Uint32Array.from(numbers), parameter);
  return bytes;
}

test("reads what was written, to its end, with every parameter", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 300 })), fc.integer({ min: 0, max: LARGEST_RICE }), (numbers, parameter) => {
      const bytes = written(numbers, parameter);
      const reader = riceReader(bytes, parameter);
      expect(numbers.map(() => reader.next())).toEqual(numbers);
      expect([reader.end(), reader.isPadded()]).toEqual([bytes.length, true]);
      expect(reader.next()).toBeNull();
    }),
  );
});

test("the largest numbers take one bit and all of theirs", () => {
  const largest = 2 ** 32 - 1;
  const bytes = written([largest], 31);
  expect(bytes.length).toBe(Math.ceil(33 / 8));
  expect(riceReader(bytes, 31).next()).toBe(largest);
});

test("by hand: 0, 3 and 9 with 2 low bits are 1 00, 1 11, 001 10", () => {
  // From the lowest bit on: 1 0 0 1 1 1 0 0 | 1 1 0.
  expect([...written([0, 3, 9], 2)]).toEqual([0b0011_1001, 0b011]);
});

test("finds the parameter with the fewest bits there are", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (numbers) => {
      const { parameter, bits } = bestRice(Uint32Array.from(numbers));
      const costs = Array.from({ length: LARGEST_RICE + 1 }, (_, r) =>
        numbers.reduce((sum, n) => sum + Math.floor(n / 2 ** r) + 1 + r, 0),
      );
      expect(bits).toBe(costs[parameter]);
      // Of any parameter, half a bit a number at most is left to gain, but where few numbers are very large.
      expect(bits).toBeLessThanOrEqual(Math.min(...costs) + 2 * numbers.length);
    }),
  );
});

test("ends where bits do", () => {
  expect(riceReader(Uint8Array.of(0), 0).next()).toBeNull();
  expect(riceReader(Uint8Array.of(0x80), 1).next()).toBeNull();
  expect(riceReader(Uint8Array.of(), 3).next()).toBeNull();
});
