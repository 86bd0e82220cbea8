import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantViolation } from "../base/invariant.ts";
import { plainKernels, sameLength } from "./vector-kernels.ts";

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
const small = fc.float({ min: -1000, max: 1000, noNaN: true });
const weight = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const { accumulate, accumulateAll, axpy, inspect, zeros } = plainKernels;

/** Two vectors of one length. */
const pair = fc
  .array(fc.tuple(finite, finite), { maxLength: 40 })
  .map((both) => [Float32Array.from(both, ([x]) => x), Float32Array.from(both, ([, y]) => y)] as const);

describe("accumulate", () => {
  test("adds weight · x to every element, in float64", () => {
    fc.assert(
      fc.property(pair, weight, ([x, start], w) => {
        const sum = Float64Array.from(start);
        accumulate(sum, x, w);
        expect(sum).toEqual(Float64Array.from(start, (s, i) => s + w * (x[i] ?? 0)));
      }),
    );
  });

  test("of all terms has the bits of one term after another", () => {
    const terms = fc.array(fc.record({ x: fc.array(finite, { minLength: 5, maxLength: 5 }), weight }), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(terms, (given) => {
        const vectors = given.map(({ x, weight: w }) => ({ x: Float32Array.from(x), weight: w }));
        const [together, apart] = [zeros(5), zeros(5)];
        accumulateAll(together, vectors);
        for (const { x, weight: w } of vectors) accumulate(apart, x, w);
        expect(together).toEqual(apart);
      }),
    );
  });

  test("of whole numbers and weights is exact: what was added can be taken away again", () => {
    const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(fc.array(whole, { maxLength: 20 }), whole, (values, w) => {
        const sum = zeros(values.length);
        accumulate(sum, Float32Array.from(values), w);
        accumulate(sum, Float32Array.from(values), -w);
        expect(sum.every((x) => x === 0)).toBe(true);
      }),
    );
  });
});

describe("axpy", () => {
  test("rounds y + a · x to float32 once per element", () => {
    fc.assert(
      fc.property(pair, weight, ([x, y], a) => {
        const expected = y.map((value, i) => Math.fround(value + a * (x[i] ?? 0)));
        axpy(y, a, x);
        expect(y).toEqual(expected);
      }),
    );
  });

  test("may add a vector to itself", () => {
    const y = Float32Array.of(1, -2, 3);
    axpy(y, 2, y);
    expect(y).toEqual(Float32Array.of(3, -6, 9));
  });
});

describe("inspect", () => {
  test("sums squares in four partial sums", () => {
    fc.assert(
      fc.property(fc.array(small, { maxLength: 40 }), (values) => {
        const x = Float32Array.from(values);
        const partial = [0, 1, 2, 3].map((lane) =>
          x.filter((_, i) => i % 4 === lane).reduce((sum, value) => sum + value * value, 0),
        );
        const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = partial;
        expect(inspect(x)).toEqual({ squaredNorm: s0 + s2 + (s1 + s3), finite: true });
      }),
    );
  });

  test("finds every element that is not finite, wherever it stands", () => {
    const broken = fc.constantFrom(Number.NaN, Infinity, -Infinity);
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), fc.nat(), broken, (values, at, value) => {
        const x = Float32Array.from(values);
        expect(inspect(x).finite).toBe(true);
        x[at % x.length] = value;
        expect(inspect(x).finite).toBe(false);
      }),
    );
  });

  test("calls the largest float32 numbers finite", () => {
    const largest = 3.4028234663852886e38;
    expect(inspect(new Float32Array(100_000).fill(largest)).finite).toBe(true);
    // A square of 1.16e77, four times: far below the largest float64.
    expect(inspect(new Float32Array(4).fill(-largest)).squaredNorm / (4 * largest * largest)).toBe(1);
  });

  test("by hand: 3² + 4² + 12² = 169", () => {
    expect(inspect(Float32Array.of(3, 4, 12))).toEqual({ squaredNorm: 169, finite: true });
    expect(inspect(new Float32Array(0))).toEqual({ squaredNorm: 0, finite: true });
  });
});

test("zeros are as many as asked for", () => {
  expect(zeros(3)).toEqual(Float64Array.of(0, 0, 0));
});

test("vectors of different lengths are a bug, and nothing has changed", () => {
  const sum = Float64Array.of(1, 2);
  const y = Float32Array.of(1, 2);
  const short = { x: Float32Array.of(5), weight: 1 };
  const fitting = { x: Float32Array.of(5, 5), weight: 1 };
  for (const mistake of [
    () => accumulate(sum, short.x, 1),
    () => accumulateAll(sum, [fitting, short]),
    () => axpy(y, 1, short.x),
    () => sameLength(sum, short.x),
  ]) {
    expect(mistake).toThrow(InvariantViolation);
  }
  expect(sum).toEqual(Float64Array.of(1, 2));
  expect(y).toEqual(Float32Array.of(1, 2));
});
