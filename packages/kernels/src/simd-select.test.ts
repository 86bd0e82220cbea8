/**
 * The search for large numbers in WebAssembly SIMD against its plain twin, bit for bit.
 *
 * @module
 */
import { type Difference, LARGEST_MAGNITUDE, plainKernels, type Select, type Sought } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockLength } from "./layout.ts";
import { loadKernels } from "./load-kernels.ts";

const kernels = loadKernels();

const lengths = fc.oneof(
  { weight: 9, arbitrary: fc.nat(60) },
  { weight: 1, arbitrary: fc.integer({ min: blockLength - 5, max: blockLength + 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 * blockLength, max: 2 * blockLength + 9 }) },
);

const elements = fc.oneof(
  { weight: 6, arbitrary: fc.float({ min: -1, max: 1, noNaN: true }) },
  { weight: 3, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 3, arbitrary: fc.constantFrom(-0, 0, 1, -1, 2 ** -149, -(2 ** -130), 3.4028234663852886e38) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
);

function vectors(length: number): fc.Arbitrary<Float32Array> {
  const patterns = fc.array(elements, { minLength: 1, maxLength: 50 });
  return fc.tuple(patterns, fc.nat(3)).map(([pattern, offset]) => {
    const vector = new Float32Array(length + offset).subarray(offset);
    for (let i = 0; i < length; i++) vector[i] = pattern[i % pattern.length] ?? 0;
    return vector;
  });
}

const above = fc.oneof(
  fc.integer({ min: -1, max: LARGEST_MAGNITUDE }),
  fc.constantFrom(-1, 0, 1, bitsOf(1) - 1, bitsOf(1), LARGEST_MAGNITUDE - 1, LARGEST_MAGNITUDE),
);

const cases = lengths.chain((length) =>
  fc.record({
    difference: fc.record({ trained: vectors(length), anchor: fc.option(vectors(length)) }),
    ends: fc.tuple(fc.nat(length), fc.nat(length)),
    above,
  }),
);

function bitsOf(magnitude: number): number {
  return new Uint32Array(Float32Array.of(magnitude).buffer)[0] ?? 0;
}

/** What is found, in room that was not empty before. */
function found(select: Select, difference: Difference, sought: Sought): object | null {
  const into = { indices: new Uint32Array(sought.to).fill(7), values: new Float32Array(sought.to).fill(7) };
  const count = select(difference, sought, into);
  return count === null ? null : { count, indices: into.indices, bits: new Uint32Array(into.values.buffer) };
}

describe("the same bits as the plain twin", () => {
  test("whatever the numbers, the stretch and the magnitude", () => {
    fc.assert(
      fc.property(cases, ({ difference, ends: [one, other], above: least }) => {
        const sought = { from: Math.min(one, other), to: Math.max(one, other), above: least };
        expect(found(kernels.select, difference, sought)).toEqual(found(plainKernels.select, difference, sought));
      }),
      { numRuns: 400 },
    );
  });

  test("of many numbers, few of which are found", () => {
    const trained = Float32Array.from({ length: 5 * blockLength + 3 }, (_, i) => Math.sin(i * i) * Math.exp(i % 17));
    const anchor = trained.map((_, i) => Math.cos(i));
    for (const least of [-1, bitsOf(100), bitsOf(1e6), bitsOf(1e7)]) {
      const sought = { from: 1, to: trained.length - 1, above: least };
      const difference = { trained, anchor };
      expect(found(kernels.select, difference, sought)).toEqual(found(plainKernels.select, difference, sought));
    }
  });
});

test("by hand: of five numbers those above 1, and their places", () => {
  const difference = { trained: Float32Array.of(3, 2, 1, -4, 9), anchor: Float32Array.of(1, 1, 1, 1, 1) };
  for (const { select } of [kernels, plainKernels]) {
    const into = { indices: new Uint32Array(4), values: new Float32Array(4) };
    // 2, 1, 0, −5: 1 is not larger than 1, and the last is not looked at.
    expect(select(difference, { from: 0, to: 4, above: bitsOf(1) }, into)).toBe(2);
    expect(into).toEqual({ indices: Uint32Array.of(0, 3, 0, 0), values: Float32Array.of(2, -5, 0, 0) });
  }
});

test("one number that is not finite is found wherever it stands, however large others have to be", () => {
  const length = 2 * blockLength + 11;
  for (const at of [0, 5, blockLength - 1, blockLength, length - 1]) {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      const difference = { trained: new Float32Array(length).fill(1).fill(value, at, at + 1), anchor: null };
      const sought = { from: 0, to: length, above: LARGEST_MAGNITUDE };
      expect(found(kernels.select, difference, sought)).toBeNull();
      expect(found(plainKernels.select, difference, sought)).toBeNull();
    }
  }
});

test("what has no room, or is not there, is a bug", () => {
  const difference = { trained: new Float32Array(3), anchor: null };
  const into = { indices: new Uint32Array(2), values: new Float32Array(3) };
  for (const { select } of [kernels, plainKernels]) {
    expect(() => select(difference, { from: 0, to: 3, above: -1 }, into)).toThrow("room for 3 numbers, got 2");
    expect(() => select(difference, { from: 0, to: 4, above: -1 }, into)).toThrow("a stretch of 3, got 0 to 4");
    expect(() => select(difference, { from: 0, to: 2, above: -2 }, into)).toThrow("the bits of a magnitude or -1");
  }
});
