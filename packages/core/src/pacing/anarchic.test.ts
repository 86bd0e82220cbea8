import {
  answered,
  fullRounds,
  joined,
  manualRun,
  pacingConformance,
  strategyConformance,
  tasksOf,
} from "@potluck/testkit";
import { expect, test } from "vitest";
import { afaCs } from "../aggregation/afa-cs.ts";
import { federated } from "../plan/federated.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { anarchic } from "./anarchic.ts";

const work = { minimumSteps: 1, maximumSteps: 5, batchSize: 1 };

pacingConformance({ name: "anarchic", pacing: () => anarchic({ updates: 3 }), work });

strategyConformance({
  name: "anarchic averaging across silos",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: anarchic({ updates: 2 }),
      weighting: uniform(),
      aggregation: afaCs(),
      serverOptimizer: serverSgd({ learningRate: 0.5 }),
      work,
      versions,
    }),
  weights: "absolute",
  objective: "per client",
  // What a client computed from an older model stays in the mean until its next update, with the steps it took then.
  tolerance: 0.1,
});

test("whoever is there works, and begins anew with the model of the instant when it has answered", () => {
  const plan = federated({ ...fullRounds, pacing: anarchic({ updates: 2 }), work, versions: 10 });
  const run = manualRun(plan, new Float32Array(1), [1, 1, 1]);
  run.send(0, { kind: "started" });
  expect(tasksOf(run.commands()).length).toBe(3);
  expect(tasksOf(run.send(1, joined(3)))[0]?.client).toBe(3);
  expect(tasksOf(run.send(2, answered(run.task(0), [1])))[0]).toMatchObject({ client: run.task(0).client, version: 0 });
  expect(tasksOf(run.send(3, answered(run.task(1), [1])))[0]).toMatchObject({ client: run.task(1).client, version: 1 });
});

test("the client chooses how much it works: the task leaves it open", () => {
  const plan = federated({ ...fullRounds, pacing: anarchic({ updates: 2 }), work, versions: 10 });
  const run = manualRun(plan, new Float32Array(1), [1]);
  run.send(0, { kind: "started" });
  expect(run.task(0).work).toEqual(work);
});
