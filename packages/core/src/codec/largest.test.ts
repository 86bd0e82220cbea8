import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { largest } from "./largest.ts";

/** What sorting all by magnitude, and equal ones by place, puts in front: by place. */
function bySorting(x: Float32Array, count: number): readonly (readonly [number, number])[] {
  const all = Array.from(x, (value, i) => [i, value] as const);
  const sorted = all.sort(([i, a], [j, b]) => Math.abs(b) - Math.abs(a) || i - j).slice(0, count);
  return sorted.sort(([i], [j]) => i - j);
}

function chosen(x: Float32Array, anchor: Float32Array | null, count: number): unknown {
  const found = largest({ trained: x, anchor }, count, plainKernels);
  return found && Array.from(found.indices, (index, at) => [index, found.values[at]]);
}

/** So many that candidates are sorted out on the way. */
const LENGTH = 20_000;
const draw = uniformStream(rootKey(1));

const MANY: Readonly<Record<string, Float32Array>> = {
  drawn: Float32Array.from({ length: LENGTH }, () => draw() - 0.5),
  "few different": Float32Array.from({ length: LENGTH }, () => Math.round(6 * draw() - 3)),
  "all alike": new Float32Array(LENGTH).fill(-2),
  zeros: new Float32Array(LENGTH),
  ascending: Float32Array.from({ length: LENGTH }, (_, i) => i * 2 ** -149),
  descending: Float32Array.from({ length: LENGTH }, (_, i) => -3e38 / (i + 1)),
};

describe.each(Object.entries(MANY))("of 20,000 numbers, %s, the largest are those that sorting finds", (_, x) => {
  test.each([1, 2, 200, 7000, 19_999, 20_000])("%i of them", (count) => {
    expect(chosen(x, null, count)).toEqual(bySorting(x, count));
  });
});

test("of a difference they are those of trained − anchor in float32", () => {
  const finite = fc.float({ min: -(2 ** 100), max: 2 ** 100, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1 }), fc.nat(), (both, some) => {
      const [trained, anchor] = [
        Float32Array.from(both, ([end]) => end),
        Float32Array.from(both, ([, start]) => start),
      ];
      const x = trained.map((end, i) => end - (anchor[i] ?? 0));
      const count = 1 + (some % x.length);
      expect(chosen(trained, anchor, count)).toEqual(bySorting(x, count));
    }),
  );
});

test("there are none where a number is not finite, wherever it stands", () => {
  for (const at of [0, 1, 9999, 19_999]) {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      for (const x of Object.values(MANY)) expect(chosen(x.slice().fill(value, at, at + 1), null, 5)).toBeNull();
    }
  }
});
