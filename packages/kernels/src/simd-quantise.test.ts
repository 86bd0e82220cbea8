/**
 * Stochastic rounding in WebAssembly SIMD against its plain twin, bit for bit.
 *
 * @module
 */
import { type Key, plainKernels, type Quantise, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockLength } from "./layout.ts";
import { loadKernels } from "./load-kernels.ts";

const kernels = loadKernels();

const lengths = fc.oneof(
  { weight: 9, arbitrary: fc.nat(60) },
  { weight: 1, arbitrary: fc.integer({ min: blockLength - 5, max: blockLength + 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3 * blockLength, max: 3 * blockLength + 9 }) },
);

/** Buckets of a few numbers, of about a block, and of more than one. */
const buckets = fc.oneof(
  fc.integer({ min: 1, max: 70 }),
  fc.integer({ min: blockLength - 3, max: blockLength + 3 }),
  fc.integer({ min: 2 * blockLength - 3, max: 2 ** 20 }),
);

const elements = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(-0, 0, 2 ** -149, -(2 ** -130), 3.4028234663852886e38),
);

/** A vector that repeats a pattern, and has a stretch of zeros, which may fill buckets. */
function vectors(length: number): fc.Arbitrary<Float32Array> {
  const patterns = fc.array(elements, { minLength: 1, maxLength: 50 });
  return fc.tuple(patterns, fc.nat(length), fc.nat(length), fc.nat(3)).map(([pattern, from, to, offset]) => {
    const vector = new Float32Array(length + offset).subarray(offset);
    for (let i = 0; i < length; i++) vector[i] = pattern[i % pattern.length] ?? 0;
    return vector.fill(0, from, to);
  });
}

const cases = lengths.chain((length) =>
  fc.record({
    trained: vectors(length),
    anchor: fc.option(vectors(length)),
    bucket: buckets,
    levels: fc.integer({ min: 1, max: 127 }),
    seed: fc.maxSafeNat(),
  }),
);

interface Case {
  readonly trained: Float32Array;
  readonly anchor: Float32Array | null;
  readonly bucket: number;
  readonly levels: number;
  readonly seed: number;
}

/** What is said, in vectors that were not empty before. */
function said(quantise: Quantise, { trained, anchor, bucket, levels, seed }: Case, bytes: 1 | 2): object {
  const { length } = trained;
  const scales = new Float32Array(Math.ceil(length / bucket)).fill(-1);
  const codes = bytes === 1 ? new Uint8Array(length).fill(255) : new Uint16Array(length).fill(65_535);
  const key: Key = rootKey(seed);
  const finite = quantise({ trained, anchor }, { bucket, levels, key }, { scales, codes });
  return finite ? { scales, codes } : { finite };
}

describe("the same bits as the plain twin", () => {
  test("whatever the numbers, buckets, levels and keys", () => {
    fc.assert(
      fc.property(cases, (one) => {
        expect(said(kernels.quantise, one, 1)).toEqual(said(plainKernels.quantise, one, 1));
      }),
      { numRuns: 400 },
    );
  });

  test.each([1, 2, 3, 5, 512, blockLength, 2 * blockLength + 1])("of long vectors in buckets of %i", (bucket) => {
    const trained = Float32Array.from({ length: 5 * blockLength + 3 }, (_, i) => Math.sin(i * i) * Math.exp(i % 17));
    const anchor = trained.map((_, i) => Math.cos(i));
    const one = { trained, anchor, bucket, levels: 127, seed: 3 };
    expect(said(kernels.quantise, one, 1)).toEqual(said(plainKernels.quantise, one, 1));
  });

  test("of codes that take two bytes", () => {
    const trained = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i));
    const one = { trained, anchor: null, bucket: 100, levels: 32_767, seed: 3 };
    expect(said(kernels.quantise, one, 2)).toEqual(said(plainKernels.quantise, one, 2));
  });

  test("where no number has changed", () => {
    const trained = new Float32Array(blockLength + 9).fill(0.3);
    const one = { trained, anchor: trained, bucket: 10, levels: 7, seed: 3 };
    expect(said(kernels.quantise, one, 1)).toEqual(said(plainKernels.quantise, one, 1));
  });
});

test("finds one number that is not finite wherever it stands, in small buckets and in large ones", () => {
  const length = 2 * blockLength + 11;
  for (const bucket of [1, 7, 512, 2 ** 20]) {
    for (const at of [0, 5, blockLength - 1, blockLength, length - 1]) {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        const trained = new Float32Array(length).fill(1).fill(value, at, at + 1);
        const one = { trained, anchor: null, bucket, levels: 127, seed: 1 };
        expect(said(kernels.quantise, one, 1)).toEqual({ finite: false });
      }
    }
  }
});

test("vectors that do not fit are a bug", () => {
  const into = { scales: new Float32Array(1), codes: new Uint8Array(3) };
  const difference = { trained: new Float32Array(3), anchor: new Float32Array(2) };
  const rounding = { bucket: 3, levels: 1, key: rootKey(1) };
  expect(() => kernels.quantise(difference, rounding, into)).toThrow("an anchor of 3 numbers, got 2");
});
