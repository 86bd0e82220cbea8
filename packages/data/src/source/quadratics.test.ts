import { type Dataset, type Examples, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byKey, dirichletQuantity, iid } from "../partition/index.ts";
import { quadratics, type QuadraticsOptions } from "./quadratics.ts";

/** The curvatures a_kj and the centres c_kj of client k, read off its first rows: f = √(d a / 2), t = f c. */
function quadraticOf(
  { features, targets, owners, shape: [d = 0] }: Examples,
  k: number,
): { readonly curvatures: readonly number[]; readonly centre: readonly number[] } {
  const start = owners?.ofRow.indexOf(k) ?? 0;
  const own = Array.from({ length: d }, (_, j) => features[(start + j) * d + j] ?? 0);
  return {
    curvatures: own.map((feature) => (2 * feature * feature) / d),
    centre: own.map((feature, j) => (targets?.values[start + j] ?? 0) / feature),
  };
}

/** The mean squared error of the linear model x on these rows. */
function lossOn(
  { features, targets, shape: [d = 0] }: Examples,
  rows: readonly number[],
  x: readonly number[],
): number {
  const errors = rows.map((row) => {
    const said = x.reduce((sum, value, j) => sum + value * (features[row * d + j] ?? 0), 0);
    return said - (targets?.values[row] ?? 0);
  });
  return errors.reduce((sum, error) => sum + error * error, 0) / rows.length;
}

function rowsOf({ owners }: Examples, k: number): readonly number[] {
  return [...(owners?.ofRow.keys() ?? [])].filter((row) => owners?.ofRow[row] === k);
}

const load = (options: QuadraticsOptions = {}): Promise<Dataset> => quadratics(options).load();

describe("the source quadratics", () => {
  test("gives every client rows on which a linear model has its quadratic for a loss", async () => {
    const { train } = await load({ clients: 3, dimensions: 4, repeats: [1, 3] });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 }),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 }),
        async (k, x) => {
          const { curvatures, centre } = quadraticOf(train, k);
          const expected = x.reduce((sum, value, j) => {
            return sum + 0.5 * (curvatures[j] ?? 0) * (value - (centre[j] ?? 0)) ** 2;
          }, 0);
          expect(lossOn(train, rowsOf(train, k), x)).toBeCloseTo(expected, 5);
        },
      ),
    );
  });

  test("has the spectrum that was asked for, in an order of each client's own or in one for all", async () => {
    const spectrum = { smallestCurvature: 0.01, largestCurvature: 1, dimensions: 3, clients: 8 };
    const orders = async (curvatures: "own" | "shared"): Promise<ReadonlySet<string>> => {
      const { train } = await load({ ...spectrum, curvatures });
      const all = Array.from({ length: 8 }, (_, k) => quadraticOf(train, k).curvatures);
      for (const own of all) {
        const sorted = own.toSorted((a, b) => a - b);
        [0.01, 0.1, 1].forEach((a, j) => expect(sorted[j]).toBeCloseTo(a, 6));
      }
      return new Set(all.map((own) => own.map((a) => a.toPrecision(3)).join(" ")));
    };
    expect((await orders("shared")).size).toBe(1);
    expect((await orders("own")).size).toBeGreaterThan(1);
    expect(quadraticOf((await load({ dimensions: 1, clients: 1 })).train, 0).curvatures[0]).toBeCloseTo(1, 6);
  });

  test("scales the curvatures of its clients, dealt in turn", async () => {
    const options = { clients: 3, dimensions: 2, curvatures: "shared" } as const;
    const [plain, scaled] = [(await load(options)).train, (await load({ ...options, scales: [1, 10] })).train];
    for (const [k, scale] of [1, 10, 1].entries()) {
      const [before, after] = [quadraticOf(plain, k), quadraticOf(scaled, k)];
      after.curvatures.forEach((a, j) => expect(a / (before.curvatures[j] ?? 0)).toBeCloseTo(scale, 4));
      after.centre.forEach((c, j) => expect(c).toBeCloseTo(before.centre[j] ?? 0, 4));
    }
  });

  test("has centres that spread with the heterogeneity around one that is drawn", async () => {
    const { train: alike } = await load({ heterogeneity: 0, clients: 3 });
    expect(quadraticOf(alike, 0).centre.some((c) => Math.abs(c) > 0.1)).toBe(true);
    const { centre: middle } = quadraticOf(alike, 0);
    for (const k of [1, 2]) quadraticOf(alike, k).centre.forEach((c, j) => expect(c).toBeCloseTo(middle[j] ?? 0, 5));
    const { train } = await load({ heterogeneity: 2, clients: 100 });
    const offsets = Array.from({ length: 100 }, (_, k) =>
      quadraticOf(train, k).centre.map((c, j) => c - (middle[j] ?? 0)),
    ).flat();
    // 1000 draws of N(0, 2²): the variance has the relative standard error √(2/1000) = 4.5 %; 5 of them are 22 %
    const variance = offsets.reduce((sum, offset) => sum + offset * offset, 0) / offsets.length;
    expect(Math.abs(variance / 4 - 1)).toBeLessThan(0.22);
  });

  test("deals repeats in turn, holds out the rows that it trains on, in shared memory, and has no classes", async () => {
    const { train, test: held } = await load({ clients: 4, dimensions: 5, repeats: [1, 2, 4] });
    expect([0, 1, 2, 3].map((k) => rowsOf(train, k).length)).toEqual([5, 10, 20, 5]);
    expect(held).toEqual(train);
    expect(train).toMatchObject({ shape: [5], scale: 1, classes: 0, count: 40 });
    expect(train.targets?.shape).toEqual([1]);
    for (const buffer of [train.features.buffer, train.targets?.values.buffer, train.owners?.ofRow.buffer]) {
      expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  test("depends on its seed and on nothing else", async () => {
    expect(await load({ seed: 3 })).toEqual(await load({ seed: 3 }));
    expect((await load({ seed: 4 })).train.targets).not.toEqual((await load({ seed: 3 })).train.targets);
  });

  test("knows the optimum of any weighting, however its rows are shared out: no point near it is better", async () => {
    const source = quadratics({ clients: 5, dimensions: 3, repeats: [2, 3] });
    const { train: examples } = await source.load();
    const partitions = [
      byKey({ clients: 5, testShare: 0 }),
      iid({ clients: 2, testShare: 0 }),
      dirichletQuantity({ clients: 2, beta: 3, testShare: 0 }),
    ];
    for (const partitioner of partitions) {
      const { clients } = partitioner.split({ examples, key: rootKey(1) });
      const parts = clients.map(({ train: rows }, k) => ({ rows, weight: k + 1 }));
      const optimum = source.optimum?.(examples, parts);
      const total = (x: readonly number[]): number =>
        parts.reduce((sum, { rows, weight }) => sum + weight * lossOn(examples, [...rows], x), 0);
      const best = [...(optimum ?? [])];
      expect(best).toHaveLength(3);
      for (const j of [0, 1, 2]) {
        for (const step of [-0.01, 0.01]) {
          expect(total(best.map((value, at) => (at === j ? value + step : value)))).toBeGreaterThan(total(best));
        }
      }
    }
  });

  test.each<[string, QuadraticsOptions, string]>([
    ["no repeats", { repeats: [] }, "repeats is an empty list"],
    ["no scales", { scales: [] }, "scales is an empty list"],
    ["a scale of 0", { scales: [0] }, "scales must be a list of numbers > 0"],
    [
      "curvatures the wrong way round",
      { smallestCurvature: 2, largestCurvature: 1 },
      "the smallest curvature 2 is above the largest, 1",
    ],
    ["more rows than fit into memory", { clients: 65536, dimensions: 1024 }, "1073741824 is the most"],
    ["half a repeat", { repeats: [0.5] }, "repeats must be a list of whole numbers ≥ 1"],
  ])("refuses %s", (_, options, message) => {
    expect(() => quadratics(options)).toThrow(expect.objectContaining({ code: "option-invalid" }));
    expect(() => quadratics(options)).toThrow(message);
  });
});
