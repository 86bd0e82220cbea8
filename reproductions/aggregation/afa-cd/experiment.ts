/**
 * Clients take as many local steps as they like. Does dividing by them help, and does it bring the model to the optimum?
 *
 * @module
 */
import { aggregation, federated, fold, pacing, serverOptimizer, solver, uniformStream, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import type { Scenario } from "@potluck/scenario";
import { type Arm, arm, type Condition, type Experiment, pairs } from "../../harness/experiment.ts";
import { fleetOf } from "../../harness/fleets.ts";
import { biasOfObjective, distanceToRealised, lateDistanceToAsked } from "../../harness/metrics.ts";
import { QUADRATIC_CLIENTS, quadratics, SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

type Work = Parameters<typeof federated>[0]["work"];

/** Clients with 10, 20, 40 and 80 rows: in an epoch of batches of ten they take 1, 2, 4 and 8 steps. */
const unequal = {
  data: data.quadratics({
    clients: QUADRATIC_CLIENTS,
    dimensions: 10,
    curvatures: "shared",
    smallestCurvature: 0.3,
    repeats: [1, 2, 4, 8],
  }),
  partition: partition.byKey({ clients: QUADRATIC_CLIENTS, testShare: 0 }),
} as const satisfies Partial<Scenario>;

/** Devices whose tasks take half a second to one and a half, however many steps they have. */
const regardless = fleetOf("regardless-of-steps", (count, key) =>
  Array.from({ length: count }, (_, client) => {
    const draw = uniformStream(fold(key, client));
    return { taskTimes: { kind: "whole", seconds: Float64Array.from({ length: 100 }, () => 0.5 + draw()) } };
  }),
);

function armOf(name: string, chosen: ReturnType<typeof aggregation.mean>, work: Work, changes: Changes): Arm {
  return arm(name, pairs([0.01, 0.1], [0.3, 1, 3, 10]), ([local, server]) => ({
    knobs: { local, server },
    scenario: quadratics({
      spread: 0,
      ...changes,
      plan: federated({
        pacing: pacing.anarchic({ updates: 5 }),
        weighting: weighting.uniform(),
        aggregation: chosen,
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.sgd({ learningRate: local }),
        work,
        versions: 150,
      }),
      evaluateEvery: 3,
    }),
  }));
}

const EPOCH = { epochs: 1, batchSize: 10 } as const;

type Changes = Partial<Scenario> & { readonly spread?: number };

function condition(name: string, work: Work, changes: Changes = {}): Condition {
  return {
    name,
    arms: [
      armOf("mean: not divided by steps", aggregation.mean(), work, changes),
      armOf("AFA-CD: divided by steps", aggregation.afaCd(), work, changes),
    ],
  };
}

export const experiment: Experiment = {
  title: "local steps as clients like, with and without dividing by them",
  conditions: [
    condition("1 to 20 steps, drawn for every task, which take as many times as long", {
      minimumSteps: 1,
      maximumSteps: 20,
      batchSize: 10,
    }),
    condition("1, 2, 4 or 8 steps, by the client, which take as many times as long", EPOCH, unequal),
    condition("1, 2, 4 or 8 steps, by the client; tasks take as long whatever their steps", EPOCH, {
      ...unequal,
      fleet: regardless,
    }),
  ],
  metrics: [lateDistanceToAsked, distanceToRealised, biasOfObjective],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
