import { codecConformance } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { fold, type Key, rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { srht } from "./srht.ts";

for (const ratio of [0.01, 0.3, 0.7, 1]) codecConformance(srht({ ratio }));
for (const ratio of [0.3, 1]) codecConformance(srht({ ratio, noise: 0.5 }));

const root = rootKey(1);

function said(payload: Uint8Array, length: number, ratio: number, key: Key): Float64Array {
  const sum = new Float64Array(length);
  srht({ ratio }).accumulate(payload, { sum, weight: 1, anchor: null, key }, plainKernels);
  return sum;
}

function through(x: Float32Array, ratio: number, key = root): Float64Array {
  return said(srht({ ratio }).encode(x, null, key), x.length, ratio, key);
}

test("by hand: of two of four rows, a number arrives at its place and at one other", () => {
  for (let k = 0; k < 50; k++) {
    const sum = through(Float32Array.of(0, 4, 0, 0), 0.5, fold(root, k));
    // At each place the mean of two signs; the products of two rows have as many −1 as 1.
    expect(sum[1]).toBe(4);
    expect(sum.map(Math.abs).sort()).toEqual(Float64Array.of(0, 0, 4, 4));
  }
});

test("by hand: every number of a message is a sum of all numbers under some signs", () => {
  const payload = srht({ ratio: 0.75 }).encode(Float32Array.of(1, 10, 100, 1000), null, root);
  for (const sum of new Float32Array(payload.slice(0, -1).buffer)) {
    // Each digit is 0 or 2 once 1111 is added: the digits of ±1 are 2 or 0.
    expect(String(sum + 1111).padStart(4, "0")).toMatch(/^[02]{4}$/u);
  }
});

test.each([
  // D = 8, k = 2: 4 / 7 · (8 / 2 − 1).
  [5, 0.4, 12 / 7],
  // D = 8, k = 4: 8 / 4 − 1.
  [8, 0.5, 1],
  // D = 64, k = 10: 32 / 63 · (64 / 10 − 1).
  [33, 0.3, (32 / 63) * 5.4],
])("of %i numbers with a ratio of %d every vector varies by ω = %d", (length, ratio, variance) => {
  const { guarantee } = srht({ ratio });
  expect(guarantee.kind === "unbiased" ? guarantee.variance(length) : null).toBeCloseTo(variance, 12);
  for (const x of [new Float32Array(length).fill(1), Float32Array.from({ length }, (_, i) => (i % 3) * i - 2)]) {
    const energy = x.reduce((sum, value) => sum + value * value, 0);
    const errors = Array.from({ length: 4000 }, (_, k) =>
      through(x, ratio, fold(root, k)).reduce((sum, value, i) => sum + (value - (x[i] ?? 0)) ** 2 / energy, 0),
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
    expect(Math.abs(mean - variance)).toBeLessThanOrEqual((4 * deviation) / Math.sqrt(errors.length) + 1e-12);
  }
});

test("a message takes 4 bytes for each number that is sent and one more", () => {
  expect(srht().encode(new Float32Array(1000), null, root).byteLength).toBe(41);
});

test("with all coordinates the numbers are sent as they are", () => {
  const x = Float32Array.from({ length: 41 }, (_, i) => Math.sin(i));
  expect(srht({ ratio: 1 }).encode(x, null, root).byteLength).toBe(164);
  expect(through(x, 1)).toEqual(Float64Array.from(x));
});

test("with another key a message says something else", () => {
  const x = Float32Array.from({ length: 50 }, (_, i) => i + 1);
  const payload = srht({ ratio: 0.1 }).encode(x, null, root);
  expect(said(payload, 50, 0.1, rootKey(2))).not.toEqual(said(payload, 50, 0.1, root));
});

describe("refuses", () => {
  test("a length that lies", () => {
    expect(srht().defect(new Uint8Array(45), 1000, plainKernels)).toBe("the update has 45 bytes, expected 41");
  });

  test("a number that is not finite", () => {
    const payload = Uint8Array.of(...new Uint8Array(Float32Array.of(1, Number.NaN).buffer), 0);
    expect(srht({ ratio: 0.5 }).defect(payload, 4, plainKernels)).toBe("the update holds numbers that are not finite");
  });
});
