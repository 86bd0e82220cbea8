import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  codec,
  coded,
  coding,
  definePart,
  federated,
  pacing,
  selection,
  serverOptimizer,
  solver,
  weighting,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import * as fleet from "../fleet/index.ts";
import * as loss from "../loss/index.ts";
import * as model from "../model/index.ts";
import { lossOf, type Scenario, scenario } from "../scenario.ts";
import { tiny } from "@potluck/testkit";
import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";
import { scenarioToJson } from "./write.ts";

const small = parseScenario(tiny, "tiny");

/** What a scenario is, functions left out. */
function described(made: Scenario): unknown {
  const parts = [
    made.model.part,
    lossOf(made).part,
    made.data.part,
    made.partition.part,
    made.fleet.part,
    ...made.plan.parts,
  ];
  return {
    ...made,
    model: null,
    loss: null,
    data: null,
    partition: null,
    fleet: null,
    plan: made.plan.settings,
    parts,
  };
}

/** A scenario of many parts and all settings. */
const rich = scenario({
  name: "rich",
  title: "Many parts",
  targetAccuracy: 0.9,
  stopAtTarget: true,
  maximumSeconds: 1e3,
  evaluateEvery: 2,
  model: model.cnn({ filters: [4, 8] }),
  data: data.mnist({ trainExamples: 600 }),
  partition: partition.dirichlet({ clients: 9, alpha: 0.3 }),
  fleet: fleet.tiers({ slowdowns: [1, 2.5], shares: [2, 1], failureRate: 0.1 }),
  plan: federated({
    pacing: pacing.rounds({ cohort: 4, overSelection: 1.3, deadlineSeconds: 20 }),
    selection: selection.byExamples(),
    weighting: weighting.uniform(),
    serverOptimizer: serverOptimizer.yogi({ learningRate: 0.01 }),
    solver: solver.fedProx({ mu: 0.01, learningRate: 0.1 }),
    work: { steps: 7, batchSize: 16 },
    upload: codec.entropy({ codec: codec.qsgd({ bits: 3 }) }),
    limits: { mostExamples: 1000, mostNorm: 12.5 },
    versions: 5,
  }),
});

/** Numbers to predict, and a target loss. */
const regression = scenario({
  ...small,
  loss: loss.huber({ delta: 2 }),
  data: data.quadratics({ repeats: [1, 2] }),
  partition: partition.byKey({ clients: 10, testShare: 0 }),
  targetLoss: 0.5,
});

/** Two models, coded. */
const sweep = scenario({
  ...small,
  partition: partition.replicated({ clients: 8 }),
  plan: coded({
    coding: coding.mSgc({ burst: 1, window: 2, most: 3 }),
    models: [serverOptimizer.sgd({ learningRate: 0.1 }), serverOptimizer.adam({ learningRate: 0.01 })],
    jobs: 12,
    batchSize: 64,
    backups: true,
  }),
});

test.each([rich, small, regression, sweep])("scenario %# comes back from JSON as it was", (made) => {
  const text = JSON.stringify(scenarioToJson(made));
  const again = parseScenario(JSON.parse(text), "again");
  expect(described(again)).toEqual(described(made));
  expect(JSON.stringify(scenarioToJson(again))).toBe(text);
});

test("options that were left out stand in the file with what they are by default", () => {
  expect(scenarioToJson(small)).toMatchObject({
    loss: { name: "cross-entropy", labelSmoothing: 0 },
    plan: { serverOptimizer: { name: "sgd", learningRate: 1 }, upload: { name: "identity" } },
  });
});

test("the example in JSON means the same after it was written down", () => {
  const path = join(import.meta.dirname, "../../../../examples/02-json/scenario.json");
  const read = parseScenario(JSON.parse(readFileSync(path, "utf8")), path);
  expect(described(parseScenario(scenarioToJson(read), "again"))).toEqual(described(read));
});

test("a part of one's own cannot be written down", () => {
  const own = definePart<object, Scenario["model"]>({
    room: "model",
    name: "my-model",
    about: "Mine.",
    fights: [],
    options: {},
    make: () => model.mlp(),
  });
  expect(() => scenarioToJson({ ...small, model: own() })).toThrow(
    'the model "my-model" is not in the catalogue, so the scenario cannot be written as JSON',
  );
});
