import { codecConformance } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { countSketch, type CountSketchOptions } from "./count-sketch.ts";

for (const options of [
  { ratio: 0.01 },
  { ratio: 0.3 },
  { ratio: 0.7 },
  { ratio: 1 },
  { ratio: 0.3, rows: 3 },
  { ratio: 0.3, noise: 0.5 },
  { ratio: 0.3, rows: 3, noise: 20 },
  { ratio: 0.01, rows: 32 },
]) {
  codecConformance(countSketch(options));
}

const root = rootKey(1);

function sent(x: Float32Array, options: CountSketchOptions, key = root): Uint8Array {
  return countSketch(options).encode(x, null, key);
}

function said(payload: Uint8Array, length: number, options: CountSketchOptions, key = root): Float64Array {
  const sum = new Float64Array(length);
  countSketch(options).accumulate(payload, { sum, weight: 1, anchor: null, key }, plainKernels);
  return sum;
}

function through(x: Float32Array, options: CountSketchOptions, key = root): Float64Array {
  return said(sent(x, options, key), x.length, options, key);
}

/** The number `value` at `place` of `length`, all others 0. */
function alone(value: number, place: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (i === place ? value : 0));
}

function places(sum: Float64Array): readonly number[] {
  return [...sum.entries()].flatMap(([i, value]) => (value === 0 ? [] : [i]));
}

test("by hand: of eight numbers in two buckets, a number arrives at its place and at one of each other pair", () => {
  const x = alone(-3, 4, 8);
  // m = 2, so that there are four blocks of two: in each one number goes to either bucket.
  for (let k = 0; k < 50; k++) {
    const sum = through(x, { ratio: 0.25 }, fold(root, k));
    expect(sum[4]).toBe(-3);
    expect(places(sum).map((i) => Math.floor(i / 2))).toEqual([0, 1, 2, 3]);
    expect(new Set(sum.map(Math.abs))).toEqual(new Set([0, 3]));
  }
});

test("by hand: the sums of two messages under one key are the message of the sum", () => {
  const options = { ratio: 0.25, rows: 2 };
  const [a, b] = [Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), Float32Array.of(0, 1, 0, -1, 0, 1, 0, -1)];
  const numbers = (x: Float32Array): Float32Array => new Float32Array(sent(x, options).slice(0, -1).buffer);
  const [one, other, both] = [a, b, a.map((value, i) => value + (b[i] ?? 0))].map(numbers);
  expect(both).toEqual(one?.map((value, i) => value + (other?.[i] ?? 0)));
});

test.each([{ ratio: 1 }, { ratio: 1, rows: 2 }, { ratio: 0.01, rows: 32 }])(
  "with %j as many sums as numbers are the numbers, and nothing is lost",
  (options) => {
    const x = Float32Array.from({ length: 31 }, (_, i) => Math.sin(i));
    expect(through(x, options)).toEqual(Float64Array.from(x));
    expect(sent(x, options).byteLength).toBe(4 * 31);
    const { guarantee } = countSketch(options);
    expect(guarantee.kind === "unbiased" ? guarantee.variance(31) : null).toBe(0);
  },
);

describe("a number shares its bucket", () => {
  test("with none of its block, and with every other equally often", () => {
    // m = 5, n = 3 blocks of 4, 4 and 5: 3, …, 12 are the others of number 1.
    const counts = new Float64Array(13);
    for (let k = 0; k < 5000; k++) {
      for (const i of places(through(alone(1, 1, 13), { ratio: 0.36 }, fold(root, k)))) {
        counts[i] = (counts[i] ?? 0) + 1;
      }
    }
    expect([...counts.subarray(0, 4)]).toEqual([0, 5000, 0, 0]);
    // 1,000 each, deviation 28.
    expect(Math.min(...counts.subarray(4))).toBeGreaterThan(880);
    expect(Math.max(...counts.subarray(4))).toBeLessThan(1120);
  });

  test("under either sign equally often", () => {
    let balance = 0;
    for (let k = 0; k < 4000; k++) balance += through(alone(1, 0, 2), { ratio: 0.5 }, fold(root, k))[1] ?? 0;
    // Deviation 63.
    expect(Math.abs(balance)).toBeLessThan(250);
  });
});

test.each([
  // b = m = 5, n = 3, q = 4: (13 − 4) / 5.
  [13, { ratio: 0.36 }, 9 / 5],
  // m = 2, b = 6, n = 7, q = 1: (13 − 1) / 6.
  [13, { ratio: 0.4, rows: 3 }, 2],
  // m divides d: 40 / 10 − 1.
  [40, { ratio: 0.25 }, 3],
])("of %i numbers with %j a vector in the smallest block varies by ω = %d", (length, options, variance) => {
  const { guarantee } = countSketch(options);
  expect(guarantee.kind === "unbiased" ? guarantee.variance(length) : null).toBeCloseTo(variance, 12);
  const x = alone(2, 0, length);
  const errors = Array.from({ length: 4000 }, (_, k) =>
    through(x, options, fold(root, k)).reduce((sum, value, i) => sum + (value - (x[i] ?? 0)) ** 2 / 4, 0),
  );
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
  expect(Math.abs(mean - variance)).toBeLessThanOrEqual((4 * deviation) / Math.sqrt(errors.length) + 1e-12);
});

test("more rows make more and smaller errors of the same bytes", () => {
  const x = alone(1, 0, 400);
  const errorsOf = (rows: number): Float64Array =>
    through(x, { ratio: 0.1, rows }).map((value, i) => Math.abs(value - (x[i] ?? 0)));
  const [one, four] = [errorsOf(1), errorsOf(4)];
  expect(Math.max(...one)).toBe(1);
  expect(Math.max(...four)).toBeLessThan(1);
  expect(places(four).length).toBeGreaterThan(3 * places(one).length);
});

test("a message takes 4 bytes for each bucket and one more", () => {
  expect(sent(new Float32Array(1000), {}).byteLength).toBe(41);
  expect(sent(new Float32Array(1000), { ratio: 0.1, rows: 4 }).byteLength).toBe(401);
});

test("with another key a message says something else", () => {
  const x = Float32Array.from({ length: 50 }, (_, i) => i + 1);
  const payload = sent(x, { ratio: 0.1 });
  expect(said(payload, 50, { ratio: 0.1 }, rootKey(2))).not.toEqual(said(payload, 50, { ratio: 0.1 }));
});

describe("refuses", () => {
  test("a length that lies", () => {
    expect(countSketch().defect(new Uint8Array(45), 1000, plainKernels)).toBe("the update has 45 bytes, expected 41");
  });

  test("a number that is not finite", () => {
    const payload = Uint8Array.of(...new Uint8Array(Float32Array.of(1, Number.NaN).buffer), 0);
    expect(countSketch({ ratio: 0.5 }).defect(payload, 4, plainKernels)).toBe(
      "the update holds numbers that are not finite",
    );
  });
});
