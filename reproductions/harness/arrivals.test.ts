import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model, type Scenario } from "@potluck/scenario";
import { expect, test } from "vitest";
import { runNotingArrivals, spreadOfArrivals, updatesPerVersion } from "./arrivals.ts";
import { fleetOf } from "./fleets.ts";

/** Two clients that take one second and three for a task. */
function scenarioWith(pace: Parameters<typeof federated>[0]["pacing"]): Scenario {
  return {
    name: "two",
    model: model.mlp({ hidden: [] }),
    data: data.gaussians({ classes: 2, features: 2, examplesPerClass: 8, testExamplesPerClass: 2 }),
    partition: partition.iid({ clients: 2, testShare: 0 }),
    fleet: fleetOf("one and three", () =>
      [1, 3].map((seconds) => ({ taskTimes: { kind: "whole", seconds: Float64Array.of(seconds) } })),
    ),
    plan: federated({
      pacing: pace,
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { steps: 1, batchSize: 4 },
      versions: 4,
    }),
  };
}

test("in rounds of both it is two seconds from the first to the last", async () => {
  const result = await runNotingArrivals(scenarioWith(pacing.rounds({ cohort: 2 })), 1);
  expect(spreadOfArrivals(0).of(result)).toBeCloseTo(2, 6);
  expect(updatesPerVersion(0).of(result)).toBe(2);
});

test("two at a time as they come: at 1 and 2, 3 and 3, 4 and 5, 6 and 6", async () => {
  const result = await runNotingArrivals(scenarioWith(pacing.fedBuff({ updates: 2 })), 1);
  expect(spreadOfArrivals(0).of(result)).toBeCloseTo((1 + 0 + 1 + 0) / 4, 6);
  expect(spreadOfArrivals(2.5).of(result)).toBeCloseTo((0 + 1 + 0) / 3, 6);
});
