/**
 * A version with every update, mixed in with a discount for its age, against rounds of everybody.
 *
 * @module
 */
import { aggregation, federated, pacing, serverOptimizer, solver, staleness, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, type Scenario } from "@potluck/scenario";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm, type Condition, type Experiment, pairs } from "../../harness/experiment.ts";
import { IDEAL_LINKS } from "../../harness/fleets.ts";
import { lateLossInTime, lossAtUpdates, lossUnrest, objectiveBias, secondsToLoss } from "../../harness/time-metrics.ts";

const CLIENTS = 20;
const SECONDS = 20;
/** As many as rounds of everybody use in this time: 20 rounds, of which the last ends a trifle before it is over. */
const UPDATES = CLIENTS * SECONDS;
/** Floating-point operations of ten steps on 20 digits each: the slowest device takes a second, or a trifle less. */
const TASK_FLOPS = 6.3e6;

type Differing = Pick<Parameters<typeof federated>[0], "pacing" | "staleness" | "aggregation">;

function armOf(name: string, split: Scenario["partition"], versionsPerSecond: number, differing: Differing): Arm {
  return arm(name, pairs([0.1, 0.3, 1], [0.1, 0.3, 1]), ([local, server]) => ({
    knobs: { local, server },
    scenario: bench({
      data: data.mnist({ trainExamples: 2000, testExamples: 1000 }),
      partition: split,
      fleet: fleet.linear({ ...IDEAL_LINKS, spread: 0.8, flopsPerSecond: TASK_FLOPS * 1.001 }),
      plan: federated({
        weighting: weighting.uniform(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.fedProx({ learningRate: local, mu: 0.005 }),
        work: { steps: 10, batchSize: 20 },
        versions: 1e6,
        ...differing,
      }),
      objective: "per-client",
      maximumSeconds: SECONDS,
      evaluateEvery: versionsPerSecond,
    }),
  }));
}

function armsOf(split: Scenario["partition"]): Condition["arms"] {
  const mixed = (name: string, discount: ReturnType<typeof staleness.constant>): Arm =>
    armOf(`FedAsync, ${name}`, split, 20, {
      pacing: pacing.fedAsync(),
      staleness: discount,
      aggregation: aggregation.mixing(),
    });
  return [
    armOf("FedAvg", split, 1, { pacing: pacing.rounds({ cohort: CLIENTS }) }),
    mixed("no discount", staleness.constant()),
    mixed("polynomial discount", staleness.polynomial()),
    mixed("hinge discount", staleness.hinge()),
  ];
}

export const experiment: Experiment = {
  title: "single updates, mixed in with a discount for their age, against rounds",
  conditions: [
    { name: "iid", arms: armsOf(partition.iid({ clients: CLIENTS, testShare: 0 })) },
    { name: "label skew", arms: armsOf(partition.dirichlet({ clients: CLIENTS, alpha: 0.1, testShare: 0 })) },
  ],
  metrics: [lateLossInTime(0.2), lossAtUpdates(UPDATES), secondsToLoss(0.6), lossUnrest(0.2), objectiveBias],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
