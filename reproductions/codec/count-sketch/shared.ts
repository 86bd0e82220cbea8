/**
 * How much smaller do steps have to be, if all clients of a round share a sketch, as published, and if each has its own?
 *
 * Softmax regression of 500 numbers on digits in 7 × 7 cells, ten clients of 50 digits each, skewed by label (α = 0.3), who all take
 * five full steps of descent in each of 50 rounds. The same rates are tried for all.
 *
 * @module
 */
import { codec, type Examples, fold, type Key, normals, plainKernels, rootKey } from "@potluck/core";
import { partition } from "@potluck/data";
import { smallDigits } from "../../conversion/gradient-inversion/scene.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import type { Report } from "../../harness/experiment.ts";
import { deviation, mean } from "../../harness/metrics.ts";
import { tableOf } from "../../harness/render.ts";
import { certain, examplesOf, gradientOf, type Guess, type Model } from "./attack.ts";

const [CLIENTS, DIGITS, ROUNDS, STEPS] = [10, 500, 50, 5] as const;
const CLASSES = 10;
const RATES = [0.5, 1, 2, 5, 10, 20, 40] as const;

/** Whose sketch it is: a key for each client and round, or one for each round. */
type Owner = "own" | "shared";

interface Way {
  readonly owner: Owner;
  readonly ratio: number;
}

const WAYS: readonly Way[] = [
  { owner: "own", ratio: 1 },
  ...[1 / 2, 1 / 4, 1 / 20].flatMap((ratio) => [{ owner: "own", ratio } as const, { owner: "shared", ratio } as const]),
];

/** The mean loss over all digits, on average over the last five rounds; infinite where it has no value. */
function lossOf({ owner, ratio }: Way, rate: number, scene: Scene): number {
  const upload = codec.countSketch({ ratio });
  let { model } = scene;
  const late: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const sum = new Float64Array(model.weights.length);
    for (const [client, digits] of scene.clients.entries()) {
      const own = fold(fold(scene.key, "round"), round);
      const key = owner === "own" ? fold(own, client) : own;
      const payload = upload.encode(descended(model, digits, rate), null, key);
      if (upload.defect(payload, sum.length, plainKernels) !== null) return Infinity;
      upload.accumulate(payload, { sum, weight: 1 / CLIENTS, anchor: null, key }, plainKernels);
    }
    model = { ...model, weights: model.weights.map((weight, i) => weight + (sum[i] ?? 0)) };
    if (round >= ROUNDS - 5) late.push(meanLoss(model, scene.clients));
  }
  const loss = mean(late);
  return Number.isFinite(loss) ? loss : Infinity;
}

/** What local steps change. */
function descended(model: Model, digits: Guess, rate: number): Float32Array {
  let { weights } = model;
  for (let step = 0; step < STEPS; step++) {
    const g = gradientOf({ ...model, weights }, digits);
    weights = weights.map((weight, i) => weight - rate * (g[i] ?? 0));
  }
  return Float32Array.from(weights, (weight, i) => weight - (model.weights[i] ?? 0));
}

function meanLoss(model: Model, clients: readonly Guess[]): number {
  const losses = clients.flatMap((digits) =>
    examplesOf(model, digits).map(
      ({ p, y }) => -Math.log(Math.max(Number.MIN_VALUE, p[y.indexOf(Math.max(...y))] ?? 0)),
    ),
  );
  return mean(losses);
}

/** A first model and the digits of each client. */
interface Scene {
  readonly model: Model;
  readonly clients: readonly Guess[];
  readonly key: Key;
}

function sceneOf(seed: number, all: Examples): Scene {
  const key = rootKey(seed);
  const inputs = all.features.length / all.count;
  const examples = {
    ...all,
    count: DIGITS,
    features: all.features.slice(0, DIGITS * inputs),
    labels: all.labels.slice(0, DIGITS),
  };
  const dealt = partition.dirichlet({ clients: CLIENTS, alpha: 0.3, testShare: 0 });
  const split = dealt.split({ examples, key: fold(key, "partition") });
  const weights = normals(fold(key, "model"), (inputs + 1) * CLASSES).map((weight) => 0.1 * weight);
  return {
    model: { inputs, classes: CLASSES, weights },
    clients: split.clients.map(({ train }) => certain(split.examples, train, CLASSES)),
    key,
  };
}

/** What a way came to. */
interface Outcome {
  readonly way: Way;
  readonly rate: number;
  /** By seed. */
  readonly losses: readonly number[];
  readonly tried: string;
}

function outcomeOf(way: Way, all: Examples): Outcome {
  const tried = RATES.map((rate) => ({
    rate,
    loss: mean(TUNING_SEEDS.map((seed) => lossOf(way, rate, sceneOf(seed, all)))),
  }));
  const best = tried.reduce((least, other) => (other.loss < least.loss ? other : least));
  return {
    way,
    rate: best.rate,
    losses: SEEDS.map((seed) => lossOf(way, best.rate, sceneOf(seed, all))),
    tried: tried.map(({ rate, loss }) => `${rate}: ${loss < 100 ? loss.toFixed(3) : "none"}`).join("; "),
  };
}

function rowOf({ way, rate, losses, tried }: Outcome, own: Outcome | undefined): readonly string[] {
  const higher = losses.map((loss, at) => loss - (own?.losses[at] ?? NaN));
  const isCompared = way.owner === "shared";
  return [
    way.ratio === 1 ? "nothing is lost" : way.owner,
    way.ratio === 1 ? "1" : `1/${Math.round(1 / way.ratio)}`,
    String(rate),
    `${mean(losses).toFixed(3)} ± ${deviation(losses).toFixed(3)}`,
    isCompared ? `${mean(higher).toFixed(3)} ± ${deviation(higher).toFixed(3)}` : "",
    isCompared ? `${higher.filter((difference) => difference > 0).length} of ${SEEDS.length}` : "",
    tried,
  ];
}

export const experiment: Report = {
  title: "Rates with a sketch for each client, and with one for all",
  measure: async (say) => {
    const { train } = await smallDigits.load();
    const outcomes = WAYS.map((way) => {
      const outcome = outcomeOf(way, train);
      say(`${way.owner}, ${way.ratio}: ${outcome.rate}, ${mean(outcome.losses).toFixed(3)}`);
      return outcome;
    });
    const rows = outcomes.map((outcome) => {
      const own = outcomes.find(({ way }) => way.owner === "own" && way.ratio === outcome.way.ratio);
      return rowOf(outcome, own);
    });
    return [
      `The mean loss over all digits, on average over the last five of ${ROUNDS} rounds, ± the standard deviation over the seeds ${SEEDS.join(", ")}, at the local rate that was best`,
      `on the seeds ${TUNING_SEEDS.join(", ")}. Differences are to a sketch of its own for each client, seed by seed. What all rates came to is in the last column, "none" being 100 and more.`,
      "",
      ...tableOf(["sketch", "b / d", "best rate", "loss", "higher than own by", "higher in", "all rates"], rows),
    ];
  },
};
