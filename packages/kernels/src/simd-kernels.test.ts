/**
 * The kernels in WebAssembly SIMD against their plain twin, bit for bit.
 *
 * @module
 */
import { plainKernels, type WeightedVector } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockLength } from "./layout.ts";
import { loadKernels } from "./load-kernels.ts";

const kernels = loadKernels();

/** Lengths around the width of a register, several of them, and the ends of a block. */
const lengths = fc.oneof(
  { weight: 9, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.integer({ min: blockLength - 5, max: blockLength + 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 * blockLength - 2, max: 2 * blockLength + 2 }) },
);

/** Every kind of float32: NaN, infinities, subnormals and −0 as often as ordinary numbers. */
const elements = fc.oneof(
  fc.float(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 2 ** -149, -(2 ** -130), 3.4028234663852886e38),
);

/** How a vector lies in memory. */
const places = fc.record({ offset: fc.nat(5), shared: fc.boolean() });

const weights = fc.oneof(fc.double(), fc.integer({ min: 0, max: 600 }), fc.constantFrom(-0, 1, Number.NaN, Infinity));

/** A vector of `length` float32 elements that repeat `pattern`, at any multiple of 4 bytes, in any kind of memory. */
function vectors(length: number): fc.Arbitrary<Float32Array> {
  return fc.tuple(fc.array(elements, { minLength: 1, maxLength: 50 }), places).map(([pattern, { offset, shared }]) => {
    const bytes = 4 * (offset + length);
    const vector = new Float32Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), 4 * offset, length);
    for (let i = 0; i < length; i++) vector[i] = pattern[i % pattern.length] ?? 0;
    return vector;
  });
}

/** Weighted vectors of one length. */
const termLists = lengths.chain((length) => {
  const term = fc.record({ x: vectors(length), weight: weights });
  return fc.record({ length: fc.constant(length), terms: fc.array(term, { maxLength: 9 }) });
});

const pairs = lengths.chain((length) => fc.tuple(vectors(length), vectors(length)));

/** Holds two vectors equal to the bit, apart from the bits of a NaN. */
function expectSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) expect.fail(`element ${i} is ${actual[i]}, expected ${expected[i]}`);
  }
}

function plainSum(length: number, terms: readonly WeightedVector[]): Float64Array {
  const sum = plainKernels.zeros(length);
  for (const { x, weight } of terms) plainKernels.accumulate(sum, x, weight);
  return sum;
}

/** Numbers of different signs and sizes, all of whose bits are in use. */
function waves(length: number, phase: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i + 31 * phase) * 2 ** (i % 9));
}

describe("the same bits as the plain twin", () => {
  test("accumulateAll, whatever the elements, weights, lengths and places", () => {
    fc.assert(
      fc.property(termLists, ({ length, terms }) => {
        const sum = kernels.zeros(length);
        kernels.accumulateAll(sum, terms);
        expectSameBits(sum, plainSum(length, terms));
      }),
    );
  });

  test("accumulate, one term after another", () => {
    fc.assert(
      fc.property(termLists, ({ length, terms }) => {
        const sum = kernels.zeros(length);
        for (const { x, weight } of terms) kernels.accumulate(sum, x, weight);
        expectSameBits(sum, plainSum(length, terms));
      }),
    );
  });

  test("a sum that lies in ordinary memory", () => {
    fc.assert(
      fc.property(termLists, ({ length, terms }) => {
        const sum = new Float64Array(length);
        kernels.accumulateAll(sum, terms);
        expectSameBits(sum, plainSum(length, terms));
      }),
    );
  });

  test("axpy", () => {
    fc.assert(
      fc.property(pairs, weights, ([y, x], a) => {
        const expected = Float32Array.from(y);
        plainKernels.axpy(expected, a, x);
        kernels.axpy(y, a, x);
        expectSameBits(y, expected);
      }),
    );
  });

  test("axpy of a vector with itself", () => {
    fc.assert(
      fc.property(lengths.chain(vectors), weights, (y, a) => {
        const expected = Float32Array.from(y);
        plainKernels.axpy(expected, a, expected);
        kernels.axpy(y, a, y);
        expectSameBits(y, expected);
      }),
    );
  });

  test("inspect", () => {
    fc.assert(
      fc.property(lengths.chain(vectors), (x) => {
        const { squaredNorm, finite } = kernels.inspect(x);
        const expected = plainKernels.inspect(x);
        expectSameBits([squaredNorm], [expected.squaredNorm]);
        expect(finite).toBe(expected.finite);
      }),
    );
  });

  test.each([1, 2, 3, 4, 5, 8])("rounding, of %i terms over several blocks", (count) => {
    const terms = Array.from({ length: count }, (_, k) => ({ x: waves(3 * blockLength + 7, k), weight: 1 / (k + 3) }));
    const sum = kernels.zeros(3 * blockLength + 7);
    kernels.accumulateAll(sum, terms);
    expectSameBits(sum, plainSum(sum.length, terms));
  });

  test.each([4, 10, 101, 1000, 2 * blockLength + 3])("rounding, of inspect and axpy over %i elements", (length) => {
    for (let k = 0; k < 10; k++) {
      const x = waves(length, k);
      expectSameBits([kernels.inspect(x).squaredNorm], [plainKernels.inspect(x).squaredNorm]);
      const [y, expected] = [waves(length, k + 10), waves(length, k + 10)];
      kernels.axpy(y, 1 / 3, x);
      plainKernels.axpy(expected, 1 / 3, x);
      expectSameBits(y, expected);
    }
  });
});

describe("sums", () => {
  test("an example by hand", () => {
    const sum = kernels.zeros(5);
    const x = Float32Array.of(1, 2, 3, 4, 5);
    const y = Float32Array.of(10, 0, -10, 0.5, -0);
    // 2·x = 2 4 6 8 10; then −½·y adds −5 0 5 −0.25 0
    kernels.accumulateAll(sum, [
      { x, weight: 2 },
      { x: y, weight: -0.5 },
    ]);
    expect([...sum]).toEqual([-3, 4, 11, 7.75, 10]);
  });

  test("do not disturb each other", () => {
    const ones = new Float32Array(blockLength + 1).fill(1);
    const first = kernels.zeros(ones.length);
    const second = kernels.zeros(ones.length);
    kernels.accumulate(first, ones, 1);
    kernels.accumulate(second, ones, 2);
    kernels.accumulate(first, ones, 4);
    expect(new Set(first)).toEqual(new Set([5]));
    expect(new Set(second)).toEqual(new Set([2]));
  });

  test("a part of a sum can be accumulated into, and the rest stays as it is", () => {
    const sum = kernels.zeros(7);
    kernels.accumulate(sum.subarray(2, 5), Float32Array.of(1, 2, 3), 1);
    expect([...sum]).toEqual([0, 0, 1, 2, 3, 0, 0]);
  });

  test("a sum can be cloned, and the clone be carried on", () => {
    const sum = kernels.zeros(3);
    kernels.accumulate(sum, Float32Array.of(1, 2, 3), 1);
    const clone = structuredClone(sum);
    kernels.accumulate(clone, Float32Array.of(1, 1, 1), 10);
    expect([...clone]).toEqual([11, 12, 13]);
    expect([...sum]).toEqual([1, 2, 3]);
  });

  test("hundreds can be alive at once", () => {
    const sums = Array.from({ length: 300 }, () => kernels.zeros(3));
    for (const [k, sum] of sums.entries()) kernels.accumulate(sum, Float32Array.of(1, 1, 1), k);
    expect(sums.map((sum) => sum[2])).toEqual(sums.map((_, k) => k));
  });
});

describe("vectors of different lengths", () => {
  test("throw before a number has changed", () => {
    const sum = kernels.zeros(3);
    const terms = [Float32Array.of(1, 1, 1), Float32Array.of(1, 1)].map((x) => ({ x, weight: 1 }));
    expect(() => kernels.accumulateAll(sum, terms)).toThrow("equal length, got 3 and 2");
    expect([...sum]).toEqual([0, 0, 0]);
    expect(() => kernels.accumulate(sum, new Float32Array(4), 1)).toThrow("equal length, got 3 and 4");
    expect(() => kernels.axpy(new Float32Array(1), 1, new Float32Array(2))).toThrow("equal length, got 1 and 2");
  });
});

describe("inspect", () => {
  test("an example by hand: 3² + 4² + 12² = 169", () => {
    expect(kernels.inspect(Float32Array.of(3, 4, -12))).toEqual({ squaredNorm: 169, finite: true });
  });

  test("starts anew each time", () => {
    kernels.inspect(Float32Array.of(Number.NaN));
    expect(kernels.inspect(Float32Array.of(1))).toEqual({ squaredNorm: 1, finite: true });
  });

  test("the largest float32 numbers do not overflow", () => {
    expect(kernels.inspect(new Float32Array(1000).fill(3.4028234663852886e38)).finite).toBe(true);
  });

  test("finds one element that is not finite wherever it stands", () => {
    for (let at = 0; at < 11; at++) {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        expect(kernels.inspect(new Float32Array(11).fill(value, at, at + 1)).finite).toBe(false);
      }
    }
  });
});
