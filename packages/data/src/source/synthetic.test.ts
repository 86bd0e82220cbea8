import type { Dataset, Examples } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { synthetic } from "./synthetic.ts";

/** How many rows each owner has. */
function sizesOf({ owners }: Examples): readonly number[] {
  const sizes = new Array<number>(owners?.names.length ?? 0).fill(0);
  for (const owner of owners?.ofRow ?? []) sizes[owner] = (sizes[owner] ?? 0) + 1;
  return sizes;
}

function meanAndSpread(values: readonly number[]): readonly [mean: number, spread: number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)];
}

/** The rows of each owner, each as its features. */
function rowsByOwner({ owners, features, shape: [length = 0] }: Examples): readonly (readonly Float32Array[])[] {
  const rows = (owners?.names ?? []).map((): Float32Array[] => []);
  owners?.ofRow.forEach((owner, row) => {
    rows[owner]?.push(Float32Array.from(features.subarray(row * length, (row + 1) * length)));
  });
  return rows;
}

function column(rows: readonly Float32Array[], j: number): readonly number[] {
  return rows.map((row) => row[j] ?? 0);
}

describe("the source synthetic", () => {
  test("gives the same examples for the same options, and others for another seed", async () => {
    const load = (seed: number): Promise<Dataset> => synthetic({ alpha: 1, beta: 1, clients: 3, seed }).load();
    expect(await load(1)).toEqual(await load(1));
    expect((await load(2)).train.features).not.toEqual((await load(1)).train.features);
  });

  test("has the shape of the paper by default, each client's examples together, in shared memory", async () => {
    const { train, test: held } = await synthetic({ alpha: 0, beta: 0 }).load();
    expect(train).toMatchObject({ shape: [60], scale: 1, classes: 10 });
    expect(train.owners?.names).toHaveLength(30);
    expect([...(train.owners?.ofRow ?? [])]).toEqual([...(train.owners?.ofRow ?? [])].sort((a, b) => a - b));
    for (const { buffer } of [train.features, train.labels, train.owners?.ofRow ?? new Uint32Array(0)]) {
      expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    }
    const whole = sizesOf(held).map((size, k) => size + (sizesOf(train)[k] ?? 0));
    expect(Math.min(...whole)).toBeGreaterThanOrEqual(50);
    expect(sizesOf(train)).toEqual(whole.map((size) => Math.floor(0.9 * size)));
  });

  test("draws sizes beyond 50 log-normal with the parameters 4 and 2", async () => {
    const { train } = await synthetic({
      alpha: 0,
      beta: 0,
      clients: 1000,
      features: 1,
      classes: 2,
      testShare: 0.01,
    }).load();
    // A client trains on ⌊0.99 n⌋ of n examples. Half a row stands for what rounding down took away.
    const logs = sizesOf(train).map((size) => Math.log(Math.max(0.5, Math.ceil(size / 0.99) - 50 + 0.5)));
    const [mean, spread] = meanAndSpread(logs);
    // 1000 clients: standard errors 2/√1000 = 0.063 and 2/√2000 = 0.045; 5 of them
    expect(Math.abs(mean - 4)).toBeLessThan(0.32);
    expect(Math.abs(spread - 2)).toBeLessThan(0.23);
  });

  test("spreads feature j of a client with standard deviation j^(−0.6) around the client's mean", async () => {
    const { train } = await synthetic({ alpha: 0, beta: 0, clients: 40, features: 5 }).load();
    const largest = sizesOf(train).indexOf(Math.max(...sizesOf(train)));
    const rows = rowsByOwner(train)[largest] ?? [];
    for (const j of [0, 1, 4]) {
      const [, spread] = meanAndSpread(column(rows, j));
      const expected = (j + 1) ** -0.6;
      expect(Math.abs(spread / expected - 1)).toBeLessThan(5 / Math.sqrt(2 * rows.length));
    }
  });

  test("moves the means of clients apart with β", async () => {
    // The mean over 60 features of v_k is N(B_k, 1/60): its standard deviation over clients is √(β² + 1/60).
    for (const beta of [0, 2]) {
      const { train } = await synthetic({ alpha: 0, beta, clients: 100 }).load();
      const means = rowsByOwner(train).map((rows) => meanAndSpread(rows.flatMap((row) => [...row]))[0]);
      const expected = Math.sqrt(beta ** 2 + 1 / 60);
      // 100 clients give a relative standard error of 1/√200 = 7%, and the means of 45 or more examples are known to
      // 0.01: 5 of them
      expect(Math.abs(meanAndSpread(means)[1] / expected - 1)).toBeLessThan(0.36);
    }
  });

  test("labels by a linear model of each client, or by one of all", async () => {
    const disagreement = async (labelling: "own" | "shared"): Promise<number> => {
      const { train } = await synthetic({
        alpha: 1,
        beta: 0,
        clients: 2,
        features: 1,
        classes: 2,
        labelling,
        seed: 3,
      }).load();
      // With one feature and two classes a model is a threshold: at most one change of label along the feature.
      for (const k of [0, 1]) expect(changes(labelled(train, k))).toBeLessThanOrEqual(1);
      return changes([...labelled(train, 0), ...labelled(train, 1)].toSorted(([a], [b]) => a - b));
    };
    expect(await disagreement("shared")).toBeLessThanOrEqual(1);
    expect(await disagreement("own")).toBeGreaterThan(1);
  });

  test("has labels that do not depend on α, which moves the scores of all classes alike", async () => {
    const labels = async (alpha: number): Promise<Uint8Array> =>
      (await synthetic({ alpha, beta: 1, clients: 5 }).load()).train.labels;
    expect(await labels(1)).toEqual(await labels(0));
  });

  test("refuses more than fits into memory before anything is made", () => {
    expect(() => synthetic({ alpha: 0, beta: 0, clients: 65536, features: 65536 })).toThrow(
      expect.objectContaining({ code: "option-invalid", message: expect.stringContaining("1073741824 is the most") }),
    );
  });
});

/** The examples of owner k as pairs of feature and label, in order of the feature. */
function labelled({ owners, features, labels }: Examples, k: number): readonly (readonly [number, number])[] {
  const rows = [...features.keys()].filter((row) => owners?.ofRow[row] === k);
  return rows.map((row) => [features[row] ?? 0, labels[row] ?? 0] as const).toSorted(([a], [b]) => a - b);
}

/** How often the label changes from one pair to the next. */
function changes(pairs: readonly (readonly [number, number])[]): number {
  return pairs.filter(([, label], at) => at > 0 && label !== pairs[at - 1]?.[1]).length;
}
