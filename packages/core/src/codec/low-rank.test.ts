import { codecConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import { layoutOf } from "../params/layout.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { type Codec, codecFor } from "./codec.ts";
import { lowRank, type LowRankOptions } from "./low-rank.ts";

codecConformance(lowRank({ rank: 1 }));
codecConformance(lowRank({ rank: 3, iterations: 2 }));

function forMatrix(rows: number, columns: number, options: LowRankOptions = {}): Codec {
  return codecFor(lowRank(options), { version: 0, layout: layoutOf([{ name: "m", shape: [rows, columns] }]) });
}

function arrived(codec: Codec, x: Float32Array, seed = 1): Float64Array {
  const sum = new Float64Array(x.length);
  const key = rootKey(seed);
  codec.accumulate(codec.encode(x, null, key), { sum, weight: 1, anchor: null, key }, plainKernels);
  return sum;
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (x, i) => x - (b[i] ?? 0)));

test("a matrix of the rank that is sent arrives, whatever its shape", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 8, max: 12 }),
      fc.integer({ min: 8, max: 20 }),
      fc.integer({ min: 0, max: 1000 }),
      (rank, rows, columns, seed) => {
        const [p, q] = [normals(rootKey(seed), rows * rank), normals(fold(rootKey(seed), 1), columns * rank)];
        const x = Float32Array.from({ length: rows * columns }, (_, at) => {
          const [i, j] = [Math.floor(at / columns), at % columns];
          return Array.from({ length: rank }, (__, r) => (p[r * rows + i] ?? 0) * (q[r * columns + j] ?? 0)).reduce(
            (sum, term) => sum + term,
            0,
          );
        });
        const found = arrived(forMatrix(rows, columns, { rank }), x, seed + 1);
        expect(distance(found, x)).toBeLessThan(1e-4 * Math.hypot(...x));
      },
    ),
  );
});

test("more iterations leave no more out, and come close to the best there is", () => {
  // Singular values 1, ½, ¼, …: the best of rank 2 leaves out 1 / √12 of the first, and all after it.
  const size = 16;
  const x = new Float32Array(size * size);
  for (let i = 0; i < size; i++) x[i * size + i] = 2 ** -i;
  const best = Math.sqrt(1 / 16 / (1 - 1 / 4));
  const left = [1, 3, 8].map((iterations) => {
    const codec = forMatrix(size, size, { rank: 2, iterations });
    const seeds = Array.from({ length: 20 }, (_, seed) => distance(arrived(codec, x, seed), x));
    return seeds.reduce((sum, one) => sum + one / seeds.length, 0);
  });
  expect(left[1]).toBeLessThan(left[0] ?? 0);
  expect(left[2]).toBeLessThan(1.01 * best);
});

test("the numbers as they are where two factors would be no shorter", () => {
  const x = Float32Array.from(normals(rootKey(3), 12));
  expect(forMatrix(3, 4, { rank: 2 }).encode(x, null, rootKey(1)).byteLength).toBe(48);
  expect([...arrived(forMatrix(3, 4, { rank: 2 }), x)]).toEqual([...x]);
  expect(forMatrix(10, 20, { rank: 2 }).encode(new Float32Array(200), null, rootKey(1)).byteLength).toBe(2 + 4 * 60);
});

test("factors that are larger than they can be are refused", () => {
  const codec = forMatrix(10, 10, { rank: 1 });
  const message = codec.encode(Float32Array.from(normals(rootKey(3), 100)), null, rootKey(1));
  const view = new DataView(message.buffer);
  view.setFloat32(2, 1e30, true);
  expect(codec.defect(message, 100, plainKernels)).toContain("larger than its exponent says");
  view.setFloat32(2, Number.NaN, true);
  expect(codec.defect(message, 100, plainKernels)).toContain("larger than its exponent says");
  view.setInt16(0, 301, true);
  expect(codec.defect(message, 100, plainKernels)).toContain("exponent 301");
});
