import { federated, pacing, present, solver, weighting } from "@potluck/core";
import { data, partition, quadraticOptimum } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, loss, model, type RunResult, type Scenario, scenario } from "@potluck/scenario";
import { simulate } from "../index.ts";

const CLIENTS = 6;
const DIMENSIONS = 4;
const RATE = 0.8;
const source = data.quadratics({
  clients: CLIENTS,
  dimensions: DIMENSIONS,
  smallestCurvature: 0.2,
  largestCurvature: 1,
  repeats: [1, 2, 5],
});

/** All clients in every round, each with so many steps on all of its rows. */
function planned(steps: number, changes: Partial<Parameters<typeof federated>[0]> = {}): Scenario {
  return scenario({
    name: "quadratics",
    model: model.linear({ intercept: "none" }),
    loss: loss.meanSquaredError(),
    data: source,
    partition: partition.byKey({ clients: CLIENTS, testShare: 0 }),
    fleet: fleet.uniform(),
    plan: federated({
      pacing: pacing.rounds({ cohort: CLIENTS }),
      solver: solver.sgd({ learningRate: RATE }),
      work: { steps, batchSize: 5 * DIMENSIONS },
      versions: 150,
      ...changes,
    }),
    evaluateEvery: 50,
  });
}

const run = (of: Scenario): Promise<RunResult> => simulate({ scenario: of, seed: 1, workers: 1 });

/** A client's quadratic, read off its rows: features √(d a / 2), numbers √(d a / 2) c. */
interface Quadratic {
  readonly curvatures: readonly number[];
  readonly centre: readonly number[];
  readonly examples: number;
}

async function quadratics(): Promise<readonly Quadratic[]> {
  const { train } = await source.load();
  const { ofRow } = present(train.owners, "owners");
  return Array.from({ length: CLIENTS }, (_, k) => {
    const start = ofRow.indexOf(k);
    const own = Array.from({ length: DIMENSIONS }, (__, j) => train.features[(start + j) * DIMENSIONS + j] ?? 0);
    return {
      curvatures: own.map((feature) => (2 * feature * feature) / DIMENSIONS),
      centre: own.map((feature, j) => (train.targets?.values[start + j] ?? 0) / feature),
      examples: ofRow.filter((owner) => owner === k).length,
    };
  });
}

/**
 * Where rounds of K full steps by rate η come to rest. A client leaves x at c + (I − η A)^K (x − c), so with
 * B_k = I − (I − η A_k)^K and weights p_k the mean stays at x where Σ p_k B_k (x − c_k) = 0. For K = 1 that is the optimum
 * of Σ p_k F_k, for B_k = η A_k.
 */
function restingPoint(clients: readonly Quadratic[], weights: readonly number[], steps: number): readonly number[] {
  return Array.from({ length: DIMENSIONS }, (_, j) => {
    const pulls = clients.map(
      ({ curvatures }, k) => (weights[k] ?? 0) * (1 - (1 - RATE * (curvatures[j] ?? 0)) ** steps),
    );
    const pulled = pulls.reduce((sum, pull, k) => sum + pull * (clients[k]?.centre[j] ?? 0), 0);
    return pulled / pulls.reduce((sum, pull) => sum + pull, 0);
  });
}

function expectClose(params: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(params.length).toBe(expected.length);
  for (const [j, x] of Array.from(expected).entries()) {
    expect(Math.abs((params[j] ?? Number.NaN) - x)).toBeLessThan(1e-5);
  }
}

test("rounds of one full step end at the optimum of the weighting, by examples", async () => {
  const clients = await quadratics();
  const sizes = clients.map(({ examples }) => examples);
  expect(sizes).toEqual([4, 8, 20, 4, 8, 20]);
  const { params, optimum, measurements } = await run(planned(1));
  expectClose(params, restingPoint(clients, sizes, 1));
  expect(optimum?.toAsked).toBeLessThan(1e-5);
  expect(optimum?.toRealised).toBeLessThan(1e-5);
  const distances = measurements.map(({ distanceToOptimum }) => present(distanceToOptimum, "a distance"));
  expect(distances.at(-1)).toBe(optimum?.toAsked);
  expect(distances).toEqual(distances.toSorted((a, b) => b - a));
  const { params: started } = await run(planned(1, { versions: 1, solver: solver.sgd({ learningRate: 1e-9 }) }));
  const start = Math.hypot(...restingPoint(clients, sizes, 1).map((x, j) => x - (started[j] ?? 0)));
  expect(distances[0]).toBeCloseTo(start, 5);
  // The held-out loss is Σ n_k F_k(x) ÷ Σ n_k
  const total = clients.reduce((sum, { curvatures, centre, examples }) => {
    return (
      sum + examples * curvatures.reduce((own, a, j) => own + 0.5 * a * ((params[j] ?? 0) - (centre[j] ?? 0)) ** 2, 0)
    );
  }, 0);
  expect(measurements.at(-1)?.testLoss).toBeCloseTo(total / 64, 5);
});

test("with another weighting they end at its optimum, away from the one that was asked for", async () => {
  const clients = await quadratics();
  const { params, optimum, effectiveObjective } = await run(planned(1, { weighting: weighting.uniform() }));
  expectClose(params, restingPoint(clients, [1, 1, 1, 1, 1, 1], 1));
  expect(effectiveObjective.bias).toBeGreaterThan(0.1);
  expect(optimum?.toRealised).toBeLessThan(1e-5);
  const asked = restingPoint(clients, [4, 8, 20, 4, 8, 20], 1);
  const away = Math.hypot(...asked.map((x, j) => x - (params[j] ?? 0)));
  expect(away).toBeGreaterThan(0.05);
  expect(optimum?.toAsked).toBeCloseTo(away, 4);
});

test("rounds of several steps end at the biased fixed point that theory gives, away from every optimum", async () => {
  const clients = await quadratics();
  const sizes = clients.map(({ examples }) => examples);
  const { params, optimum } = await run(planned(5));
  expectClose(params, restingPoint(clients, sizes, 5));
  const away = Math.hypot(...restingPoint(clients, sizes, 1).map((x, j) => x - (params[j] ?? 0)));
  expect(away).toBeGreaterThan(0.05);
  expect(optimum?.toAsked).toBeCloseTo(away, 4);
  expect(optimum?.toRealised).toBeCloseTo(away, 4);
});

test("the closed form that the data knows is the one worked out here", async () => {
  const { train } = await source.load();
  const ofRow = [...present(train.owners, "owners").ofRow];
  const weights = [3, 1, 0, 2, 0.5, 7];
  const parts = weights.map((weight, k) => {
    return { weight, rows: Uint32Array.from([...ofRow.keys()].filter((row) => ofRow[row] === k)) };
  });
  expectClose(quadraticOptimum(train, parts) ?? [], restingPoint(await quadratics(), weights, 1));
});

test("no distance is told where the model has other parameters, or the loss is another one", async () => {
  const short = { versions: 1 };
  const deeper = { ...planned(1, short), model: model.mlp({ hidden: [3] }) };
  const result = await run(deeper);
  expect(result.optimum).toBeUndefined();
  expect(result.measurements[0]).not.toHaveProperty("distanceToOptimum");
  expect((await run({ ...planned(1, short), loss: loss.huber() })).optimum).toBeUndefined();
  expect((await run(planned(1, short))).optimum?.toAsked).toBeGreaterThan(0.01);
});
