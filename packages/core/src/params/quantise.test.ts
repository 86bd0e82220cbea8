import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey, wordStream } from "../base/key.ts";
import { plainKernels } from "./vector-kernels.ts";

const { quantise } = plainKernels;
const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
const numbers = fc.array(fc.oneof(finite, fc.constant(0)), { maxLength: 60 });
const bucketSizes = fc.integer({ min: 1, max: 70 });
const levelCounts = fc.integer({ min: 1, max: 127 });

interface Said {
  readonly finite: boolean;
  readonly scales: Float32Array;
  readonly codes: Uint8Array;
}

function quantised(trained: Float32Array, anchor: Float32Array | null, bucket: number, levels: number): Said {
  const into = { scales: new Float32Array(Math.ceil(trained.length / bucket)), codes: new Uint8Array(trained.length) };
  return { finite: quantise({ trained, anchor }, { bucket, levels, key: rootKey(1) }, into), ...into };
}

describe("quantise", () => {
  test("rounds each number by the next word, as the formula says", () => {
    fc.assert(
      fc.property(numbers, bucketSizes, levelCounts, (values, bucket, levels) => {
        const x = Float32Array.from(values);
        const word = wordStream(rootKey(1));
        const said = quantised(x, null, bucket, levels);
        const codes = Array.from(x, (value, i) => {
          const inBucket = x.slice(i - (i % bucket), i - (i % bucket) + bucket);
          const scale = Math.max(...inBucket.map(Math.abs));
          if (scale === 0) return levels;
          const t = (levels * Math.abs(value)) / scale;
          const level = Math.floor(t) + (word() / 2 ** 32 < t - Math.floor(t) ? 1 : 0);
          return levels + Math.sign(value) * level;
        });
        expect([...said.codes]).toEqual(codes);
        expect(said.finite).toBe(true);
      }),
    );
  });

  test("of trained and anchor is that of their difference in float32", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite)), bucketSizes, levelCounts, (both, bucket, levels) => {
        const trained = Float32Array.from(both, ([end]) => end);
        const anchor = Float32Array.from(both, ([, start]) => start);
        const x = trained.map((end, i) => end - (anchor[i] ?? 0));
        const [together, alone] = [quantised(trained, anchor, bucket, levels), quantised(x, null, bucket, levels)];
        expect(together.finite).toBe(alone.finite);
        if (alone.finite) expect(together).toEqual(alone);
      }),
    );
  });

  test("by hand: what lies on a level stays there, whatever is drawn", () => {
    // Buckets of 3 with 4 levels: 8 and 2 are the scales; 8, −4, 2 are levels 4, −2, 1, and 2, −0 are levels 4 and 0.
    const { scales, codes } = quantised(Float32Array.of(8, -4, 2, 2, -0), null, 3, 4);
    expect([...scales]).toEqual([8, 2]);
    expect([...codes]).toEqual([8, 2, 5, 8, 4]);
  });

  test("says where a number is not finite", () => {
    const broken = fc.constantFrom(Number.NaN, Infinity, -Infinity);
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), fc.nat(), broken, bucketSizes, (values, at, value, bucket) => {
        const x = Float32Array.from(values);
        x[at % x.length] = value;
        expect(quantised(x, null, bucket, 7).finite).toBe(false);
      }),
    );
  });

  test("vectors that do not fit are a bug", () => {
    const into = { scales: new Float32Array(2), codes: new Uint8Array(3) };
    const difference = { trained: new Float32Array(3), anchor: new Float32Array(3) };
    const rounding = { bucket: 2, levels: 1, key: rootKey(1) };
    expect(quantise(difference, rounding, into)).toBe(true);
    const short = new Float32Array(2);
    expect(() => quantise({ ...difference, anchor: short }, rounding, into)).toThrow("an anchor of 3 numbers, got 2");
    expect(() => quantise(difference, rounding, { ...into, codes: new Uint8Array(2) })).toThrow("3 codes, got 2");
    expect(() => quantise(difference, { ...rounding, bucket: 3 }, into)).toThrow("1 scales, got 2");
  });
});
