/**
 * Arms with results made by hand, for tests.
 *
 * @module
 */
import type { Arm, ArmRun } from "@potluck/comparison";
import type { Measurement, RunOutcome } from "@potluck/scenario";

const scores: Measurement["scores"] = {
  clientsNeverUsed: 0,
  participationFairness: 0.8,
  stalenessP95: 1,
  idleShare: 0.5,
  contributionGap: 0.25,
  objectiveBias: 0.25,
  wastedWorkShare: 0,
  bytesLost: 0,
};

/** Updates in each version of a run made by hand. */
const UPDATES_PER_VERSION = 2;

/** A measurement; bytes go up and down in equal parts. */
export function measured(version: number, virtualSeconds: number, testAccuracy: number, bytes: number): Measurement {
  const [bytesUp, bytesDown] = [bytes / 2, bytes / 2];
  const measures = { testAccuracy, testLoss: 1 - testAccuracy, trainLoss: null };
  const updatesUsed = UPDATES_PER_VERSION * version;
  return { version, virtualSeconds, ...measures, updatesUsed, bytesUp, bytesDown, scores };
}

const time = {
  onlineSeconds: 10,
  onlineSince: null,
  wastedSeconds: 0,
  busySeconds: 4,
  idleSeconds: 6,
  offlineSeconds: 0,
};
const account = {
  timesAnswered: 1,
  ...time,
  bytesUp: 1,
  bytesDown: 1,
  bytesLost: 0,
  pull: 1,
  squaredPull: 1,
  taskOut: null,
  dataShare: 1,
};
const client = { ...account, tier: "1x", examples: 10, timesAsked: 2, usedSeconds: 4, contribution: 1, testLoss: null };

const delay: RunOutcome["scorecard"]["delay"] = {
  secondsToTarget: null,
  stalenessP50: 0,
  stalenessP95: 1,
  stalenessMax: 2,
  idleShare: 0.5,
  tasksRecalled: 0,
  updatesLate: 0,
  updatesAbandoned: 0,
  tasksFailed: 0,
};

const conditions: RunOutcome["conditions"] = {
  uploadBytesPerSecond: null,
  downloadBytesPerSecond: null,
  objective: "per-example",
  targetAccuracy: null,
  targetLoss: null,
  stopAtTarget: false,
  maximumSeconds: null,
  evaluateEvery: 1,
};

/** A run whose last measurement is its end, with `changes` made to it. */
export function sampleOutcome(measurements: readonly Measurement[], changes: Partial<RunOutcome> = {}): RunOutcome {
  const { version, virtualSeconds, bytesUp, bytesDown } = measurements.at(-1) ?? measured(0, 0, 0, 0);
  return {
    scenario: "sample",
    seed: 1,
    status: "finished",
    ended: "all versions were published",
    parts: [
      { room: "model", name: "mlp", options: { hidden: [8] } },
      { room: "solver", name: "sgd", options: { learningRate: 0.1 } },
    ],
    settings: { epochs: 1, batchSize: 8, versions: version },
    conditions,
    data: { name: "blobs", trainExamples: 20, testExamples: 10, classes: 2, labelSkew: 0, testPerClass: [5, 5] },
    tiers: [],
    targetAccuracy: null,
    versions: version,
    virtualSeconds,
    events: 10,
    effectiveObjective: { clients: [], bias: 0.25, effectiveClients: null },
    measurements,
    clients: [
      { ...client, id: 0, timesUsed: 3, testAccuracy: 0.5 },
      { ...client, id: 1, timesUsed: 1, testAccuracy: 0.9 },
    ],
    scorecard: {
      starvation: { clientsNeverUsed: 0, participationFairness: 0.8, worstDecileAccuracy: 0.5, accuracyPerClass: [] },
      delay,
      unfairShare: { contributionGap: 0.25, wastedWorkShare: 0, clientAccuracySpread: 0.2 },
      bottleneck: { bytesUp, bytesDown, bytesLost: 0, uploadCompression: 1, serverLink: null },
    },
    modelHash: "abc",
    wall: { wallSeconds: 1, executingSeconds: 1, busySeconds: 1, workers: 1 },
    failures: new Map(),
    ...changes,
  };
}

/** An arm that has the same result on so many seeds. */
export function steadyArm(name: string, seeds: number, outcome: RunOutcome): Arm {
  return sampleArm(name, outcome, ...Array.from({ length: seeds - 1 }, () => outcome));
}

/** An arm with these results for the seeds 1, 2, … */
export function sampleArm(name: string, first: RunOutcome, ...others: readonly RunOutcome[]): Arm {
  const runOf = (outcome: RunOutcome, at: number): ArmRun => ({ run: `${name}-${at + 1}`, seed: at + 1, outcome });
  return { name, runs: [runOf(first, 0), ...others.map((outcome, at) => runOf(outcome, at + 1))] };
}
