import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, type RunResult, type Scenario } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";
import { beforeAll, expect, test } from "vitest";
import { arm, edgesOf, type Experiment, labelOf, type Metric, pairs, type Setting } from "./experiment.ts";
import { best, isBetter, mapAtOnce, runExperiment } from "./run.ts";

const tiny: Scenario = {
  name: "tiny",
  model: model.mlp({ hidden: [] }),
  data: data.gaussians({ classes: 2, features: 2, examplesPerClass: 4, testExamplesPerClass: 2 }),
  partition: partition.iid({ clients: 2, testShare: 0 }),
  fleet: fleet.uniform(),
  plan: federated({
    pacing: pacing.rounds({ cohort: 2 }),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { steps: 1, batchSize: 1 },
    versions: 1,
  }),
};

let result: RunResult;
beforeAll(async () => {
  result = await simulate({ scenario: tiny, seed: 1, workers: 1 });
});

/** A metric that looks its value up: by the scenario's name and the seed. */
function metricOf(better: "higher" | "lower", valueOf: (name: string, seed: number) => number): Metric {
  return { name: "value", better, digits: 2, of: ({ scenario, seed }) => valueOf(scenario, seed) };
}

function experimentWith(metrics: Experiment["metrics"]): Experiment {
  const armOf = (name: string, values: readonly [number, ...number[]]): ReturnType<typeof arm> =>
    arm(name, values, (value) => ({ knobs: { value }, scenario: { ...tiny, name: `${name}${value}` } }));
  return {
    title: "a test",
    conditions: [{ name: "here", arms: [armOf("a", [1, 2, 3]), armOf("b", [1])] }],
    metrics,
    tuningSeeds: [101, 102],
    seeds: [1, 2, 3],
  };
}

async function outcomesOf(
  experiment: Experiment,
): Promise<{ readonly asked: readonly string[]; readonly chosen: readonly string[] }> {
  const asked: string[] = [];
  const outcomes = await runExperiment(experiment, {
    say: () => undefined,
    atOnce: 1,
    run: async ({ name }, seed) => {
      asked.push(`${name}:${seed}`);
      return { ...result, scenario: name, seed };
    },
  });
  return { asked, chosen: outcomes.flatMap(({ arms }) => arms.map(({ chosen }) => labelOf(chosen))) };
}

test("an arm is tuned on the tuning seeds and measured on the others, and one without a choice is not tuned", async () => {
  const favours2 = metricOf("higher", (name) => (name === "a2" ? 1 : 0));
  const { asked, chosen } = await outcomesOf(experimentWith([favours2]));
  expect(chosen).toEqual(["value 2", "value 1"]);
  const tuning = ["a1:101", "a1:102", "a2:101", "a2:102", "a3:101", "a3:102"];
  expect(asked).toEqual([...tuning, "a2:1", "a2:2", "a2:3", "b1:1", "b1:2", "b1:3"]);
});

test("a setting that never arrives on one tuning seed loses to one that always does", async () => {
  const value = (name: string, seed: number): number =>
    name === "a1" ? (seed === 101 ? 1 : Infinity) : name === "a2" ? 50 : 60;
  expect((await outcomesOf(experimentWith([metricOf("lower", value)]))).chosen[0]).toBe("value 2");
});

test("values are listed by metric and seed", async () => {
  const metrics = [metricOf("higher", (_, seed) => seed), metricOf("lower", (_, seed) => -seed)] as const;
  const [outcome] = await runExperiment(experimentWith(metrics), {
    say: () => undefined,
    run: async ({ name }, seed) => ({ ...result, scenario: name, seed }),
  });
  expect(outcome?.arms[0]?.values).toEqual([
    [1, 2, 3],
    [-1, -2, -3],
  ]);
});

test("the second metric decides between settings that the first finds equal", () => {
  const metrics = [metricOf("higher", () => 0), metricOf("lower", () => 0)];
  expect(best(metrics, [trial(1, 1, 5), trial(2, 1, 4), trial(3, 0, 1)]).setting.knobs).toEqual({ value: 2 });
  expect(best(metrics, [trial(1, NaN, 5), trial(2, 0, 9)]).setting.knobs).toEqual({ value: 2 });
  expect(best(metrics, [trial(1, 1, 1), trial(2, 1, 1)]).setting.knobs).toEqual({ value: 1 });
});

test("a condition may be tuned by another metric than the first", async () => {
  const [favours1, favours3] = [1, 3].map((at) => metricOf("higher", (name) => (name === `a${at}` ? 1 : 0)));
  if (favours1 === undefined || favours3 === undefined) throw new Error("two metrics");
  const experiment = experimentWith([favours1, favours3]);
  const [condition] = experiment.conditions;
  const tuned: Experiment = { ...experiment, conditions: [condition, { ...condition, tunedBy: favours3 }] };
  expect((await outcomesOf(tuned)).chosen).toEqual(["value 1", "value 1", "value 3", "value 1"]);
});

test("a condition that shares its arms with another one runs only what was not run yet", async () => {
  const [favours1, favours3] = [1, 3].map((at) => metricOf("higher", (name) => (name === `a${at}` ? 1 : 0)));
  if (favours1 === undefined || favours3 === undefined) throw new Error("two metrics");
  const experiment = experimentWith([favours1, favours3]);
  const [condition] = experiment.conditions;
  const twice: Experiment = { ...experiment, conditions: [condition, { ...condition, tunedBy: favours3 }] };
  const { asked } = await outcomesOf(twice);
  const { asked: askedOnce } = await outcomesOf(experiment);
  expect(asked).toEqual([...askedOnce, "a3:1", "a3:2", "a3:3"]);
});

test("a setting at an edge of its grid names the knobs that are", () => {
  const grid = pairs([1, 2, 3], [5]).map(([a, b]): Setting => ({ knobs: { a, b }, scenario: tiny }));
  expect(grid.map((setting) => edgesOf(grid, setting))).toEqual([["a"], [], ["a"]]);
});

/** A trial of the setting `value` with these scores. */
function trial(value: number, ...scores: number[]): Parameters<typeof best>[1][number] {
  return { setting: { knobs: { value }, scenario: tiny }, scores };
}

test("what is not a number loses to every number and to nothing else", () => {
  for (const better of ["higher", "lower"] as const) {
    const metric = metricOf(better, () => 0);
    expect(isBetter(metric, NaN, 1)).toBe(false);
    expect(isBetter(metric, 1, NaN)).toBe(true);
    expect(isBetter(metric, NaN, NaN)).toBe(false);
  }
});

test("work goes on at a few places at once, and its results keep the order of the items", async () => {
  let running = 0;
  let most = 0;
  const results = await mapAtOnce([5, 1, 3, 2, 4], 2, async (turns) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    running--;
    return turns * 10;
  });
  expect(results).toEqual([50, 10, 30, 20, 40]);
  expect(most).toBe(2);
});

test("pairs are a grid in two knobs", () => {
  expect(pairs([1, 2], ["x", "y"])).toEqual([
    [1, "x"],
    [1, "y"],
    [2, "x"],
    [2, "y"],
  ]);
});
