/**
 * Fixed intervals against rounds, single updates and buffers: how fast, how good, how calm, and for whom?
 *
 * @module
 */
import { aggregation, federated, pacing, participation, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet } from "@potluck/simulator";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm, type Condition, type Experiment } from "../../harness/experiment.ts";
import { IDEAL_LINKS } from "../../harness/fleets.ts";
import { lateLossInTime, lossUnrest, objectiveBias, secondsToLoss, updatesUsed } from "../../harness/time-metrics.ts";

/** Floating-point operations of ten steps on 20 digits each: the slowest device takes a second, or a trifle less. */
const TASK_FLOPS = 6.3e6;
const SECONDS = 50;

/** What differs between the arms. */
type Differing = Pick<Parameters<typeof federated>[0], "pacing" | "participation" | "aggregation">;

/** Weights of a share of the fleet, multiplied with how seldom a client is heard. */
const corrected = {
  participation: participation.inverse(),
  aggregation: aggregation.sum({ divideBy: "clients" }),
} as const;

/** Every update counts the same. */
const identical = { aggregation: aggregation.sum() } as const;

/** Measured about once a second of virtual time. */
function armOf(name: string, clients: number, versionsPerSecond: number, differing: Differing): Arm {
  return arm(name, [0.01, 0.03, 0.1, 0.3, 1], (learningRate) => ({
    knobs: { "learning rate": learningRate },
    scenario: bench({
      data: data.mnist({ trainExamples: 2000, testExamples: 1000 }),
      partition: partition.dirichlet({ clients, alpha: 0.1, testShare: 0 }),
      fleet: fleet.linear({ ...IDEAL_LINKS, spread: 0.8, flopsPerSecond: TASK_FLOPS * 1.001 }),
      plan: federated({
        weighting: weighting.uniform(),
        solver: solver.sgd({ learningRate }),
        work: { steps: 10, batchSize: 20 },
        versions: 1e6,
        ...differing,
      }),
      objective: "per-client",
      maximumSeconds: SECONDS,
      evaluateEvery: Math.max(1, Math.round(versionsPerSecond)),
    }),
  }));
}

/** Updates in a second, where nobody waits: Σ 1/τ for computing times from 0.2 to 1 second. */
function updatesPerSecond(clients: number): number {
  const times = Array.from({ length: clients }, (_, i) => 1 - (0.8 * i) / (clients - 1));
  return times.reduce((sum, time) => sum + 1 / time, 0);
}

const fix = (clients: number, intervalSeconds: number): Arm =>
  armOf(`FedFix, ${intervalSeconds} s`, clients, 1 / intervalSeconds, {
    pacing: pacing.fedFix({ intervalSeconds }),
    ...corrected,
  });

const buff = (clients: number, updates: number): Arm =>
  armOf(`FedBuff, ${updates}`, clients, updatesPerSecond(clients) / updates, {
    pacing: pacing.fedBuff({ updates }),
    ...identical,
  });

const rounds = (clients: number): Arm =>
  armOf("FedAvg", clients, 1, { pacing: pacing.rounds({ cohort: clients }), ...corrected });

const asynchronous = (name: string, clients: number, weights: Omit<Differing, "pacing">): Arm =>
  armOf(`asynchronous FedAvg, ${name} weights`, clients, updatesPerSecond(clients), {
    pacing: pacing.fedAsync(),
    ...weights,
  });

const of20: Condition["arms"] = [
  rounds(20),
  fix(20, 0.8),
  fix(20, 0.5),
  fix(20, 0.2),
  armOf("FedFix, 0.2 s, not corrected", 20, 5, {
    pacing: pacing.fedFix({ intervalSeconds: 0.2 }),
    aggregation: aggregation.sum({ divideBy: "clients" }),
  }),
  asynchronous("identical", 20, identical),
  asynchronous("corrected", 20, corrected),
  buff(20, 5),
  buff(20, 10),
];

const toTarget = secondsToLoss(0.6);

export const experiment: Experiment = {
  title: "fixed intervals against rounds, single updates and buffers",
  conditions: [
    { name: "20 clients, each arm at its best in the end", arms: of20 },
    { name: "20 clients, each arm as fast as it can be", tunedBy: toTarget, arms: of20 },
    {
      name: "50 clients, each arm at its best in the end",
      arms: [rounds(50), fix(50, 0.5), asynchronous("corrected", 50, corrected), buff(50, 10)],
    },
  ],
  metrics: [lateLossInTime(0.2), toTarget, lossUnrest(0.2), objectiveBias, updatesUsed],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
