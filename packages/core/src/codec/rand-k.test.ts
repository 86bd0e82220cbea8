import { codecConformance } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { randK } from "./rand-k.ts";

for (const ratio of [0.01, 0.3, 1]) codecConformance(randK({ ratio }));

const root = rootKey(1);

function through(x: Float32Array, ratio: number, key = root): Float64Array {
  const codec = randK({ ratio });
  const sum = new Float64Array(x.length);
  codec.accumulate(codec.encode(x, new Float32Array(x.length), key), { sum, weight: 1, anchor: x, key }, plainKernels);
  return sum;
}

test("by hand: two of eight numbers, each four times as large", () => {
  const x = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const sent = [...through(x, 0.25)].flatMap((value, i) => (value === 0 ? [] : [value / (x[i] ?? 1)]));
  expect(sent).toEqual([4, 4]);
});

test("each place is drawn as often as every other, and each pair", () => {
  const ones = new Float32Array(6).fill(1);
  const counts = new Map<string, number>();
  for (let k = 0; k < 3000; k++) {
    const places = [...through(ones, 0.3, fold(root, k))].flatMap((value, i) => (value === 0 ? [] : [i])).join();
    counts.set(places, (counts.get(places) ?? 0) + 1);
  }
  // 15 pairs, 200 times each, deviation 13.7.
  expect(counts.size).toBe(15);
  expect(Math.min(...counts.values())).toBeGreaterThan(140);
  expect(Math.max(...counts.values())).toBeLessThan(260);
});

test("indices cost nothing: 1% of 1,000 numbers takes 40 bytes", () => {
  expect(randK().encode(new Float32Array(1000), new Float32Array(1000), root).byteLength).toBe(40);
});

test("with another key a message says something else", () => {
  const x = Float32Array.from({ length: 50 }, (_, i) => i + 1);
  const payload = randK({ ratio: 0.1 }).encode(x, new Float32Array(50), root);
  const sum = new Float64Array(50);
  randK({ ratio: 0.1 }).accumulate(payload, { sum, weight: 1, anchor: x, key: rootKey(2) }, plainKernels);
  expect(sum).not.toEqual(through(x, 0.1));
});

describe("refuses", () => {
  test("a length that lies", () => {
    expect(randK().defect(new Uint8Array(44), 1000, plainKernels)).toBe("the update has 44 bytes, expected 40");
  });

  test("a number that is not finite", () => {
    const payload = new Uint8Array(Float32Array.of(1, Number.NaN).buffer);
    expect(randK({ ratio: 0.5 }).defect(payload, 4, plainKernels)).toBe("the update holds numbers that are not finite");
  });
});
