import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permutation } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import { MAX_AMPLIFICATION } from "./code-block.ts";
import { type Construction, type GradientCode, gradientCode, presentIn } from "./gradient-code.ts";

/** What is decoded of every chunk, where it should be 1, or null where the code waits for more. */
function decoded(code: GradientCode, isPresent: (worker: number) => boolean): Float64Array | null {
  const sums = new Float64Array(code.workers);
  for (const block of code.blocks) {
    const decoding = block.decode(presentIn(block, isPresent));
    if (decoding === null) return null;
    expect(decoding.amplification).toBeLessThanOrEqual(MAX_AMPLIFICATION);
    for (const [place, weight] of decoding.weights.entries()) {
      for (const { chunk, coefficient } of block.terms[place] ?? []) {
        sums[block.first + chunk] = (sums[block.first + chunk] ?? 0) + weight * coefficient;
      }
    }
  }
  return sums;
}

const codes = fc
  .integer({ min: 1, max: 64 })
  .chain((workers) => fc.tuple(fc.constant(workers), fc.integer({ min: 0, max: workers - 1 }), fc.nat()));

function someOf(workers: number, count: number, seed: number): ReadonlySet<number> {
  return new Set(permutation(fold(rootKey(1), seed), workers).subarray(0, count));
}

describe("a gradient code", () => {
  test("has every worker compute s + 1 chunks of its own block, each once", () => {
    fc.assert(
      fc.property(codes, ([workers, tolerated]) => {
        const code = gradientCode(workers, tolerated);
        expect(code.blocks.reduce((sum, { size }) => sum + size, 0)).toBe(workers);
        for (const { size, terms } of code.blocks) {
          expect(terms).toHaveLength(size);
          for (const own of terms) {
            expect(own).toHaveLength(tolerated + 1);
            expect(new Set(own.map(({ chunk }) => chunk)).size).toBe(tolerated + 1);
            expect(own.every(({ chunk }) => chunk >= 0 && chunk < size)).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test("decodes every chunk exactly once from any n − s answers, or waits for more", () => {
    fc.assert(
      fc.property(codes, ([workers, tolerated, seed]) => {
        const missing = someOf(workers, tolerated, seed);
        const sums = decoded(gradientCode(workers, tolerated), (worker) => !missing.has(worker));
        for (const sum of sums ?? []) expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 200 },
    );
  });

  test("always decodes when everybody has answered", () => {
    fc.assert(
      fc.property(codes, ([workers, tolerated]) => {
        const sums = decoded(gradientCode(workers, tolerated), () => true);
        expect(sums).not.toBeNull();
        for (const sum of sums ?? []) expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    [256, 128],
    [256, 254],
    [256, 200],
    [255, 127],
    [128, 112],
    [8, 4],
  ])(
    "of %i workers with s = %i, one block with the even number of answers that codes are worst at, does so, too",
    (workers, tolerated) => {
      const code = gradientCode(workers, tolerated);
      expect(code.blocks).toHaveLength(1);
      for (const sum of decoded(code, () => true) ?? [NaN]) expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
    },
  );

  test.each([
    [256, 15],
    [256, 27],
    [256, 12],
    [128, 7],
    [64, 6],
    [32, 5],
  ])("of %i workers with s = %i never waits for more in a thousand random patterns", (workers, tolerated) => {
    const code = gradientCode(workers, tolerated);
    for (let seed = 0; seed < 1000; seed++) {
      const missing = someOf(workers, tolerated, seed);
      expect(code.blocks.every((block) => block.decode(presentIn(block, (worker) => !missing.has(worker))))).toBe(true);
    }
  });

  test("repeats where s + 1 divides n: one answer of each block is enough, and nothing is multiplied", () => {
    const code = gradientCode(12, 3);
    expect(code.blocks.map(({ first, size, repeats }) => [first, size, repeats])).toEqual([
      [0, 4, true],
      [4, 4, true],
      [8, 4, true],
    ]);
    const answered = new Set([1, 7, 8]);
    expect(decoded(code, (worker) => answered.has(worker))).toEqual(Float64Array.from({ length: 12 }, () => 1));
    expect(decoded(code, (worker) => worker !== 8 && answered.has(worker))).toBeNull();
  });

  test("has one cyclic block where it does not", () => {
    const code = gradientCode(256, 27);
    expect(code.blocks.map(({ size, repeats }) => [size, repeats])).toEqual([
      ...Array.from({ length: 8 }, () => [28, true]),
      [32, false],
    ]);
    expect(code.blockOf[223]).toBe(7);
    expect(code.blockOf[224]).toBe(8);
  });

  test("is made of copies of a smaller block where a number divides both n and s + 1", () => {
    // 8 divides 24 and 16: of three places, each of eight workers, any two are enough. Worker w has place w mod 3.
    const code = gradientCode(24, 15);
    expect(code.blocks.map(({ size, tolerated, repeats }) => [size, tolerated, repeats])).toEqual([[24, 15, false]]);
    for (const answered of [
      [0, 1],
      [3, 8],
      [22, 23],
    ]) {
      for (const sum of decoded(code, (worker) => answered.includes(worker)) ?? [NaN]) expect(sum).toBeCloseTo(1, 12);
    }
    expect(decoded(code, (worker) => worker % 3 === 1)).toBeNull();
  });

  test("decodes nothing from fewer than n − s answers of a cyclic block", () => {
    const code = gradientCode(7, 2, "circle");
    expect(decoded(code, (worker) => worker < 5)).not.toBeNull();
    expect(decoded(code, (worker) => worker < 4)).toBeNull();
  });

  test.each<[Construction, number, number]>([
    ["blocks", 32, 5],
    ["blocks", 24, 4],
    ["blocks", 9, 3],
    ["blocks", 15, 7],
    ["blocks", 31, 15],
    ["circle", 9, 4],
    ["circle", 9, 3],
  ])(
    "%s of %i workers with s = %i: float32 answers give the sum to 1e-6 of Σ_c |g_c|",
    (construction, workers, tolerated) => {
      const code = gradientCode(workers, tolerated, construction);
      const length = 50;
      let decodings = 0;
      for (let seed = 0; seed < 60; seed++) {
        // One answer more than is needed at times, and gradients of chunks that nearly cancel each other.
        const missing = someOf(workers, tolerated - (seed % 2), seed);
        const gradients = Array.from({ length: workers }, (_, chunk) =>
          Float32Array.from({ length }, (__, at) => Math.sin(1 + chunk * 7.3 + at * 1.7 + seed)),
        );
        const sum = sumOf(code, gradients, (worker) => !missing.has(worker));
        if (sum === null) continue;
        decodings += 1;
        for (const [at, value] of sum.entries()) {
          const own = gradients.map((gradient) => gradient[at] ?? 0);
          const [whole, sizes] = [own, own.map(Math.abs)].map((values) => values.reduce((a, b) => a + b, 0));
          expect(Math.abs(value - (whole ?? 0))).toBeLessThan(1e-6 * (sizes ?? 0));
        }
      }
      expect(decodings).toBeGreaterThan(10);
    },
  );
});

/** What a master makes of the answers of those that are there: sums in float64, rounded to float32. */
function sumOf(
  code: GradientCode,
  gradients: readonly Float32Array[],
  isPresent: (worker: number) => boolean,
): Float64Array | null {
  const length = gradients[0]?.length ?? 0;
  const sum = new Float64Array(length);
  for (const block of code.blocks) {
    const decoding = block.decode(presentIn(block, isPresent));
    if (decoding === null) return null;
    for (const [place, weight] of decoding.weights.entries()) {
      const answer = new Float64Array(length);
      for (const { chunk, coefficient } of block.terms[place] ?? []) {
        for (let at = 0; at < length; at++) {
          answer[at] = (answer[at] ?? 0) + coefficient * (gradients[block.first + chunk]?.[at] ?? 0);
        }
      }
      for (let at = 0; at < length; at++) sum[at] = (sum[at] ?? 0) + weight * Math.fround(answer[at] ?? 0);
    }
  }
  return sum;
}
