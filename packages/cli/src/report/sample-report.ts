/**
 * A made-up report for tests: 100 clients in three tiers, 60 rounds, some slow clients never used.
 *
 * @module
 */
import { fold, rootKey, uniformStream, total } from "@potluck/core";
import type { Spread } from "@potluck/scenario";
import type { Report, ReportClient, ReportEnemy, ReportEvaluation, ReportPart, ReportTier } from "./report.ts";

const FLEET: readonly ReportTier[] = [
  tier("fast", 34, [20e9, 2.5e6, 6.25e6]),
  tier("middling", 33, [6.7e9, 1e6, 2.5e6]),
  { ...tier("slow", 33, [2e9, 0.25e6, 0]), downloadBytesPerSecond: null },
];

/** A tier of devices that are up to twice as slow or as fast as their median. */
function tier(name: string, devices: number, medians: readonly [number, number, number]): ReportTier {
  const [compute, upload, download] = medians;
  return {
    name,
    devices,
    flopsPerSecond: around(compute),
    uploadBytesPerSecond: around(upload),
    downloadBytesPerSecond: around(download),
  };
}

function around(median: number): Spread {
  return { low: median / 2, median, high: 2 * median };
}

const SPENT: NonNullable<Report["spent"]> = {
  up: { "first: numbers": 180e6, "first: indices": 90e6, "second: numbers": 3e6, lengths: 4e5 },
  down: { models: 400e6, changes: 60e6 },
};

/** The same report every time, with `changes` made to it. */
export function sampleReport(changes: Partial<Report> = {}): Report {
  const measured = evaluations(60);
  const last = measured.at(-1);
  const held = clients(100);
  return {
    run: "20-mnist-1a2b3c",
    title: "Federated averaging on MNIST, 100 unequal clients",
    seed: 1,
    status: "finished",
    reason: "all 60 rounds are done",
    command: "potluck simulate examples/01-first-run/plan.ts --seed 1",
    headline: {
      testAccuracy: last?.accuracy ?? null,
      testLoss: last?.loss ?? null,
      rounds: 60,
      virtualSeconds: last?.virtualSeconds ?? 0,
      wallSeconds: 52.4,
      bytesUp: 452_000_000,
      bytesDown: last?.bytesDown ?? 0,
      modelHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    targetAccuracy: 0.95,
    evaluations: measured,
    clients: held,
    spent: SPENT,
    objective: { asked: "per-example", bias: 0.19, effectiveClients: 71.5 },
    staleness: { median: 0, percentile95: 2, maximum: 5 },
    classes: Array.from({ length: 10 }, (_, label) => ({
      label: String(label),
      examples: 980 + 7 * label,
      accuracy: 0.985 - 0.006 * ((label * 7) % 10),
    })),
    scorecard,
    plan,
    fleet: FLEET,
    data: {
      name: "mnist",
      trainExamples: total(held.map(({ examples }) => examples)),
      testExamples: 10_000,
      classes: 10,
      labelSkew: 0.512,
    },
    files: [
      { name: "metrics.jsonl", about: "every evaluated version, one a line", sizeBytes: 18_400 },
      { name: "model.onnx", about: "the final model", sizeBytes: 798_000 },
      { name: "model.safetensors", about: "its parameters", sizeBytes: 796_000 },
    ],
    ...changes,
  };
}

/** A run that was stopped before anything was measured. */
export function emptyReport(): Report {
  return sampleReport({
    status: "interrupted",
    reason: "stopped from the keyboard",
    headline: {
      testAccuracy: null,
      testLoss: null,
      rounds: 0,
      virtualSeconds: 0,
      wallSeconds: 0.8,
      bytesUp: 0,
      bytesDown: 0,
      modelHash: null,
    },
    evaluations: [],
    clients: [],
    spent: { up: {}, down: {} },
    staleness: null,
    classes: [],
    scorecard: [],
    fleet: [],
    files: [],
  });
}

/** `count` clients: tiers in turn, slow ones used less, sizes and accuracies drawn. */
export function clients(count: number): readonly ReportClient[] {
  const uniform = uniformStream(fold(rootKey(1), "sample"));
  const drawn = Array.from({ length: count }, (_, at) => {
    const slowness = at % 3;
    const timesAsked = Math.round(10 * uniform() + 2 - slowness);
    const timesUsed = Math.max(0, timesAsked - Math.round(uniform() * 2 * slowness));
    const examples = Math.round(200 + 700 * uniform() ** 2);
    return { id: String(at), slowness, timesAsked, timesUsed, examples, luck: uniform() };
  });
  const rows = drawn.reduce((sum, { examples }) => sum + examples, 0);
  const weight = drawn.reduce((sum, { examples, timesUsed }) => sum + examples * timesUsed, 0);
  return drawn.map(({ id, slowness, timesAsked, timesUsed, examples, luck }) => ({
    id,
    tier: FLEET[slowness]?.name ?? "",
    examples,
    timesAsked,
    timesUsed,
    isAtWork: false,
    contribution: (examples * timesUsed) / weight,
    pull: (examples * timesUsed) / weight,
    pullError: 0.002,
    asked: examples / rows,
    dataShare: examples / rows,
    accuracy: Math.min(1, 0.995 - 0.15 * luck ** 4 - 0.015 * slowness),
    busySeconds: timesAsked * examples * 0.02 * (1 + 3 * slowness),
  }));
}

function evaluations(count: number): readonly ReportEvaluation[] {
  const uniform = uniformStream(fold(rootKey(2), "sample"));
  let virtualSeconds = 0;
  let bytesUp = 0;
  return Array.from({ length: count }, (_, at) => {
    const version = at + 1;
    virtualSeconds += 20 + 20 * uniform();
    bytesUp += 7e6 + 1e6 * uniform();
    const error = 0.9 * 0.9 ** version + 0.025 + 0.04 * (uniform() - 0.5) * 0.95 ** version;
    return {
      version,
      virtualSeconds,
      wallSeconds: version * 0.85,
      accuracy: 1 - error,
      loss: 3 * error,
      updatesUsed: 10 * version,
      bytesUp,
      bytesDown: version * 7.96e6,
      scores: {
        clientsNeverUsed: Math.round(100 * 0.95 ** version),
        participationFairness: 1 - 0.9 ** version,
        stalenessP95: Math.floor(version / 25),
        idleShare: 0.63,
        contributionGap: 0.19 + 0.7 * 0.9 ** version,
        objectiveBias: 0.19 + 0.7 * 0.9 ** version,
        wastedWorkShare: 0.12,
        bytesLost: 1000 * version,
      },
    };
  });
}

const scorecard: readonly ReportEnemy[] = [
  {
    enemy: "starvation",
    scores: [
      { name: "clients never used", value: 4, unit: "", meaning: "4 of 100 clients left no trace in the model." },
      { name: "participation fairness", value: 0.78, unit: "", meaning: "Jain's index: 1 would be equal turns." },
      { name: "worst tenth of clients", value: 0.861, unit: "share", meaning: "Mean accuracy of the 10 worst served." },
    ],
  },
  {
    enemy: "delay",
    scores: [
      { name: "time to 95%", value: 983, unit: "seconds", meaning: "When the target was first met." },
      { name: "median staleness", value: 0, unit: "versions", meaning: "Rounds wait, so updates are fresh." },
      { name: "idle time", value: 0.631, unit: "share", meaning: "Online clients had nothing to do for so long." },
    ],
  },
  {
    enemy: "unfair share",
    scores: [
      {
        name: "contribution gap",
        value: 0.19,
        unit: "share",
        meaning: "Weight that would have to move to match data.",
      },
      { name: "wasted work", value: 0.12, unit: "share", meaning: "Computed and then not used." },
      { name: "spread of client accuracy", value: null, unit: "share", meaning: "Standard deviation over clients." },
    ],
  },
  {
    enemy: "bottleneck",
    scores: [
      { name: "bytes up", value: 452_000_000, unit: "bytes", meaning: "Encoded updates." },
      { name: "bytes down", value: 478_000_000, unit: "bytes", meaning: "Encoded models." },
      { name: "compression", value: 1, unit: "x", meaning: "Updates travelled as they were." },
    ],
  },
];

const plan: readonly ReportPart[] = [
  {
    room: "pacing",
    name: "rounds",
    about: "Asks a cohort, waits for enough of it, aggregates.",
    options: { cohort: 10, overSelection: 1.2, quorum: 0.8, deadlineSeconds: null },
  },
  { room: "selection", name: "uniform", about: "Every client is as likely to be asked.", options: {} },
  { room: "solver", name: "sgd", about: "Stochastic gradient descent.", options: { learningRate: 0.1, momentum: 0 } },
  {
    room: "server-optimizer",
    name: "sgd",
    about: "Takes the mean update as it is.",
    options: { learningRate: 1 },
  },
  {
    room: "partition",
    name: "dirichlet",
    about: "Every client has its own mix of classes, drawn from a Dirichlet distribution.",
    options: { clients: 100, alpha: 0.3 },
  },
];
