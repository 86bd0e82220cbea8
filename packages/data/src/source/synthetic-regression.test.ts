import type { Dataset, Examples } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { syntheticRegression, type SyntheticRegressionOptions } from "./synthetic-regression.ts";

const load = (options: SyntheticRegressionOptions = {}): Promise<Dataset> => syntheticRegression(options).load();

/** The best line through the rows of client k of data with one feature: slope, intercept and its mean squared error. */
function lineOf({ features, targets, owners }: Examples, k: number): readonly [number, number, number] {
  const rows = [...(owners?.ofRow.keys() ?? [])].filter((row) => owners?.ofRow[row] === k);
  const points = rows.map((row) => [features[row] ?? 0, targets?.values[row] ?? 0] as const);
  const mean = (of: (x: number, y: number) => number): number =>
    points.reduce((sum, [x, y]) => sum + of(x, y), 0) / points.length;
  const [mx, my] = [mean((x) => x), mean((_, y) => y)];
  const slope = mean((x, y) => (x - mx) * (y - my)) / mean((x) => (x - mx) ** 2);
  const intercept = my - slope * mx;
  return [slope, intercept, mean((x, y) => (y - slope * x - intercept) ** 2)];
}

describe("the source synthetic-regression", () => {
  test("gives each client its examples together, in shared memory, with numbers to predict and no classes", async () => {
    const { train, test: held } = await load({
      clients: 3,
      examplesPerClient: 4,
      testExamplesPerClient: 2,
      features: 5,
    });
    expect(train).toMatchObject({ count: 12, shape: [5], scale: 1, classes: 0 });
    expect([...(train.owners?.ofRow ?? [])]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect([...(held.owners?.ofRow ?? [])]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(train.targets?.values).toHaveLength(12);
    expect(train.targets?.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(syntheticRegression().targetKind).toBe("numbers");
  });

  test("leaves a client's own best model the noise that was asked for", async () => {
    // 5000 examples: the relative standard error of a variance is √(2/5000) = 2 %; 5 of them are 10 %
    const { train } = await load({ clients: 2, features: 1, examplesPerClient: 5000, noise: 0.5 });
    for (const k of [0, 1]) expect(Math.abs(lineOf(train, k)[2] / 0.25 - 1)).toBeLessThan(0.1);
  });

  test("has one model for all clients without heterogeneity, held-out examples included, and others with it", async () => {
    const exact = { clients: 2, features: 1, noise: 0 };
    const alike = await load({ ...exact, heterogeneity: 0 });
    const [slope, intercept] = lineOf(alike.train, 0);
    for (const [own, at] of [lineOf(alike.train, 1), lineOf(alike.test, 0)].map(([a, b]) => [a, b])) {
      expect(own).toBeCloseTo(slope, 4);
      expect(at).toBeCloseTo(intercept, 4);
    }
    const { train } = await load({ ...exact, heterogeneity: 1 });
    expect(Math.abs(lineOf(train, 0)[0] - lineOf(train, 1)[0])).toBeGreaterThan(0.01);
  });

  test("moves the centres of the clients' features by the shift", async () => {
    const { train } = await load({ clients: 100, features: 1, shift: 3 });
    const centres = Array.from({ length: 100 }, (_, k) => {
      const own = [...train.features.subarray(50 * k, 50 * (k + 1))];
      return own.reduce((sum, x) => sum + x, 0) / 50;
    });
    // 100 draws of N(0, 9 + 1/50): the variance has the relative standard error √(2/100) = 14 %; 5 of them are 71 %
    expect(Math.abs(centres.reduce((sum, c) => sum + c * c, 0) / 100 / 9 - 1)).toBeLessThan(0.71);
  });

  test("depends on its seed and on nothing else", async () => {
    expect(await load({ seed: 3 })).toEqual(await load({ seed: 3 }));
    expect((await load({ seed: 4 })).train.features).not.toEqual((await load({ seed: 3 })).train.features);
  });

  test("refuses more examples than fit into memory", () => {
    const options = { clients: 65536, examplesPerClient: 1e6 };
    expect(() => syntheticRegression(options)).toThrow('data "synthetic-regression": the features would take');
  });
});
