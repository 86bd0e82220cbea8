/**
 * The arms that the reproductions of codecs share: what is trained with updates that travel in one way or another, and
 * what of it is measured.
 *
 * @module
 */
import { codec, download, feedback, federated, pacing, serverOptimizer, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model, type Scenario } from "@potluck/scenario";
import { bench } from "./bench.ts";
import { type Arm, arm, type Experiment, type Metric, pairs } from "./experiment.ts";
import { lateAccuracy } from "./metrics.ts";

type Upload = ReturnType<typeof codec.identity>;
type Keeping = ReturnType<typeof feedback.none>;
type Down = ReturnType<typeof download.whole>;
type Rates = readonly [number, ...(readonly number[])];

const CLIENTS = 20;
const ROUNDS = 25;

/** The rates that are tried, local and on the server, and what clients keep of what messages lose; nothing unless given. */
interface Tuning {
  readonly local?: Rates;
  readonly server?: Rates;
  readonly keeping?: Keeping;
  /** How the model goes down; whole unless given. */
  readonly down?: Down;
  /** 25 unless given; the model is measured 25 times in any case. */
  readonly rounds?: number;
  /** Units of the hidden layers, 32 unless given; none is softmax regression, whose loss is convex. */
  readonly hidden?: readonly number[];
}

/** How updates and models travel, and what learns from them. */
interface Way {
  readonly upload: Upload;
  readonly feedback: Keeping;
  readonly download: Down;
  readonly hidden: readonly number[];
  readonly rounds: number;
}

/** A network of 784-32-10 on 1,000 digits, skewed by class over 20 clients of which 10 work an epoch in each of 25 rounds. */
function scenarioOf({ hidden, rounds, ...way }: Way, local: number, server: number): Scenario {
  return bench({
    data: data.mnist({ trainExamples: 1000, testExamples: 1000 }),
    partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.3, testShare: 0 }),
    model: model.mlp({ hidden }),
    evaluateEvery: Math.round(rounds / ROUNDS),
    plan: federated({
      pacing: pacing.rounds({ cohort: 10 }),
      serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
      solver: solver.sgd({ learningRate: local }),
      work: { epochs: 1, batchSize: 10 },
      ...way,
      versions: rounds,
    }),
  });
}

/** The arm of a codec. */
export function codecArm(
  name: string,
  upload: Upload,
  {
    local: locals = [0.1, 0.3, 1],
    server: servers = [1],
    keeping = feedback.none(),
    down = download.whole(),
    rounds = ROUNDS,
    hidden = [32],
  }: Tuning = {},
): Arm {
  return arm(name, pairs(locals, servers), ([local, server]) => ({
    knobs: servers.length === 1 ? { local } : { local, server },
    scenario: scenarioOf({ upload, feedback: keeping, download: down, hidden, rounds }, local, server),
  }));
}

/** The arm that every codec is held against: 4 bytes for each number. */
export function uncompressed(tuning?: Tuning): Arm {
  return codecArm("identity", codec.identity(), tuning);
}

/** How good the model is. */
export const codecAccuracy: Metric = lateAccuracy(5);

/** What travelled, up and down. */
export const bothDirections: Metric = megabytes(
  "MB sent in both directions",
  ({ bytesUp, bytesDown }) => bytesUp + bytesDown,
);

/** What is measured of codecs: how good the model is, and what travelled for it. */
export const codecMetrics: Experiment["metrics"] = [
  codecAccuracy,
  megabytes("MB sent by clients", ({ bytesUp }) => bytesUp),
  bothDirections,
];

type Bottleneck = Parameters<Metric["of"]>[0]["scorecard"]["bottleneck"];

function megabytes(name: string, bytesOf: (bottleneck: Bottleneck) => number): Metric {
  return { name, better: "lower", digits: 3, of: ({ scorecard }) => bytesOf(scorecard.bottleneck) / 1e6 };
}
