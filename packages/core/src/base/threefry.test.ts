import fc from "fast-check";
import { expect, test } from "vitest";
import { threefry2x32 } from "./threefry.ts";

type Words = readonly [number, number];

const word = fc.nat({ max: 0xffffffff });
const words = fc.tuple(word, word);

function bitsOf(key: Words, counter: Words): Words {
  const out = new Uint32Array(2);
  threefry2x32({ high: key[0], low: key[1] }, ...counter, out);
  return [out[0] ?? 0, out[1] ?? 0];
}

test("under one key, different counters have different bits", () => {
  fc.assert(
    fc.property(words, words, words, (key, one, other) => {
      fc.pre(one[0] !== other[0] || one[1] !== other[1]);
      expect(bitsOf(key, one)).not.toEqual(bitsOf(key, other));
    }),
  );
});

test("the same key and counter have the same bits, whatever was asked in between", () => {
  fc.assert(
    fc.property(words, words, words, (key, counter, other) => {
      const before = bitsOf(key, counter);
      bitsOf(other, counter);
      expect(bitsOf(key, counter)).toEqual(before);
    }),
  );
});

test("each bit of key and counter, flipped, flips about half of the 64 bits that come out", () => {
  const samples = 200;
  for (let bit = 0; bit < 128; bit++) {
    let flips = 0;
    for (let sample = 0; sample < samples; sample++) {
      const input = Uint32Array.of(sample, 3 * sample, 5 * sample, 7 * sample);
      const flipped = input.slice();
      flipped[bit >>> 5] = (flipped[bit >>> 5] ?? 0) ^ (1 << (bit & 31));
      flips += differentBits(outputOf(input), outputOf(flipped));
    }
    // The mean of 200 · 64 fair coins is 32 flips with a standard deviation of 4/√200 = 0.28.
    expect(Math.abs(flips / samples - 32)).toBeLessThan(1.5);
  }
});

function outputOf([k0 = 0, k1 = 0, c0 = 0, c1 = 0]: Uint32Array): Words {
  return bitsOf([k0, k1], [c0, c1]);
}

function differentBits(a: Words, b: Words): number {
  return countBits(a[0] ^ b[0]) + countBits(a[1] ^ b[1]);
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

// The known answers that come with Random123 (kat_vectors, threefry2x32 with 20 rounds); the last has digits of π.
test.each<[string, Words, Words, Words]>([
  ["zeros", [0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
  ["ones", [0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
  ["π", [0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]],
])("the published vector of %s", (_, key, counter, expected) => {
  expect(bitsOf(key, counter)).toEqual(expected);
});
