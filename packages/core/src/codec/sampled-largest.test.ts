import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { largest } from "./largest.ts";
import { leastSampled, sampledLargest } from "./sampled-largest.ts";
import { topK } from "./top-k.ts";

/** So many that a sample is drawn of them. */
const LENGTH = 20_000;
const COUNT = 1000;
const key = rootKey(1);
const draw = uniformStream(key);

const MANY: Readonly<Record<string, Float32Array>> = {
  drawn: Float32Array.from({ length: LENGTH }, () => draw() - 0.5),
  "few different": Float32Array.from({ length: LENGTH }, () => Math.round(6 * draw() - 3)),
  "all alike": new Float32Array(LENGTH).fill(-2),
  zeros: new Float32Array(LENGTH),
  "a few among zeros": Float32Array.from({ length: LENGTH }, (_, i) => (i % 997 === 0 ? i : 0)),
  "the smallest there are": Float32Array.from({ length: LENGTH }, (_, i) => (i % 5000) * 2 ** -149),
  descending: Float32Array.from({ length: LENGTH }, (_, i) => -3e38 / (i + 1)),
  "one of twenty much larger": Float32Array.from(
    { length: LENGTH },
    (_, i) => (i % 20 === 0 ? 1e30 : 1) * (1 + draw()),
  ),
};

/** What was chosen under so many keys. */
function chosenOf(x: Float32Array, keys = 40): readonly Uint32Array[] {
  return Array.from({ length: keys }, (_, at) => {
    const chosen = sampledLargest({ trained: x, anchor: null }, COUNT, fold(key, at), plainKernels);
    expect(chosen?.values).toEqual(chosen?.indices && Float32Array.from(chosen.indices, (place) => x[place] ?? 0));
    return chosen?.indices ?? new Uint32Array(0);
  });
}

describe.each(Object.entries(MANY))("of 20,000 numbers, %s,", (_, x) => {
  test("as many as are promised are sent, and none that is left out is larger", () => {
    for (const indices of chosenOf(x)) {
      expect(indices.length).toBeGreaterThanOrEqual(leastSampled(COUNT));
      expect(indices.length).toBeLessThanOrEqual(COUNT);
      const sent = new Set(indices);
      const least = indices.reduce((most, place) => Math.min(most, Math.abs(x[place] ?? 0)), Infinity);
      expect(x.every((value, place) => sent.has(place) || Math.abs(value) <= least)).toBe(true);
    }
  });

  test("the same are sent under the same key", () => {
    expect(chosenOf(x, 3)).toEqual(chosenOf(x, 3));
  });
});

test("how many are sent is a matter of the key, and right to a tenth", () => {
  const counts = chosenOf(MANY["drawn"] ?? new Float32Array(0), 200).map(({ length }) => length);
  expect(new Set(counts).size).toBeGreaterThan(40);
  const mean = counts.reduce((sum, count) => sum + count / counts.length, 0);
  // Half of the thresholds let more than k pass; of a normal distribution with a tenth as its deviation, what is missing is 4% in the mean.
  expect(mean).toBeGreaterThan(0.94 * COUNT);
  expect(mean).toBeLessThan(0.98 * COUNT);
});

test("where a sample would be most of the numbers, the choice is exact", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), fc.nat(), (x, some) => {
      const difference = { trained: Float32Array.from(x), anchor: null };
      const count = 1 + (some % x.length);
      expect(sampledLargest(difference, count, key, plainKernels)).toEqual(largest(difference, count, plainKernels));
    }),
  );
});

test("there are none where a number is not finite, wherever it stands", () => {
  for (const at of [0, 1, 9999, 19_999]) {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      for (const x of Object.values(MANY)) {
        const trained = x.slice().fill(value, at, at + 1);
        expect(sampledLargest({ trained, anchor: null }, COUNT, key, plainKernels)).toBeNull();
      }
    }
  }
});

describe("a message of top-k by a sample", () => {
  const codec = topK({ ratio: 0.05, selection: "sampled" });
  const x = MANY["drawn"] ?? new Float32Array(0);

  test("is read by the server, and guarantees four fifths of what an exact choice does", () => {
    const message = codec.encode(x, null, key);
    expect(codec.defect(message, LENGTH, plainKernels)).toBeNull();
    const { guarantee } = codec;
    expect(guarantee.kind === "contractive" && guarantee.contraction(LENGTH)).toBe(0.04);
  });

  test("is refused with fewer numbers or more", () => {
    for (const [ratio, count] of [
      [0.039, 780],
      [0.051, 1020],
    ] as const) {
      const message = topK({ ratio }).encode(x, null, key);
      const defect = `the update has ${count} numbers, expected 800 to 1000`;
      expect(codec.defect(message, LENGTH, plainKernels)).toBe(defect);
    }
  });

  test("of all numbers is that of an exact choice", () => {
    const all = topK({ ratio: 1, selection: "sampled" });
    expect(all.encode(x, null, key)).toEqual(topK({ ratio: 1 }).encode(x, null, key));
    expect(all.isSparse).toBe(false);
  });
});
