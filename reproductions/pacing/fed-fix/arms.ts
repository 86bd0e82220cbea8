/**
 * Schemes on the same clients, whose computing times fall linearly from a second to a fifth of it (F-80).
 *
 * @module
 */
import { aggregation, federated, pacing, participation, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet } from "@potluck/scenario";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm } from "../../harness/experiment.ts";
import { IDEAL_LINKS } from "../../harness/fleets.ts";

/** Floating-point operations of ten steps on 20 digits each: the slowest device takes a second, or a trifle less. */
const TASK_FLOPS = 6.3e6;
const SECONDS = 25;

/** What differs between the arms. */
type Differing = Pick<Parameters<typeof federated>[0], "pacing" | "participation" | "aggregation">;

/** Weights of a share of the fleet, multiplied with how seldom a client is heard. */
export const corrected = {
  participation: participation.inverse(),
  aggregation: aggregation.sum({ divideBy: "clients" }),
} as const;

/** Every update counts the same. */
export const identical = { aggregation: aggregation.sum() } as const;

/** Measured about once a second of virtual time. */
function armOf(name: string, clients: number, versionsPerSecond: number, differing: Differing): Arm {
  return arm(name, [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3], (learningRate) => ({
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

/** FedFix with corrected weights. */
export const fix = (clients: number, intervalSeconds: number): Arm =>
  armOf(`FedFix, ${intervalSeconds} s`, clients, 1 / intervalSeconds, {
    pacing: pacing.fedFix({ intervalSeconds }),
    ...corrected,
  });

/** FedBuff with identical weights. */
export const buff = (clients: number, updates: number): Arm =>
  armOf(`FedBuff, ${updates}`, clients, updatesPerSecond(clients) / updates, {
    pacing: pacing.fedBuff({ updates }),
    ...identical,
  });

/** Rounds of everybody. */
export const rounds = (clients: number): Arm =>
  armOf("FedAvg", clients, 1, { pacing: pacing.rounds({ cohort: clients }), ...corrected });

/** A version with every update. */
export const asynchronous = (name: string, clients: number, weights: Omit<Differing, "pacing">): Arm =>
  armOf(`asynchronous FedAvg, ${name} weights`, clients, updatesPerSecond(clients), {
    pacing: pacing.fedAsync(),
    ...weights,
  });

/** FedFix in which a client counts as often as it is heard. */
export const uncorrectedFix = (clients: number, intervalSeconds: number): Arm =>
  armOf(`FedFix, ${intervalSeconds} s, not corrected`, clients, 1 / intervalSeconds, {
    pacing: pacing.fedFix({ intervalSeconds }),
    aggregation: aggregation.sum({ divideBy: "clients" }),
  });
