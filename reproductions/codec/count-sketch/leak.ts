/**
 * What does a sketch say about examples, and how much noise stops that?
 *
 * Clients with one digit, or with eight, take the gradient of softmax regression, of 500 numbers, and send its sketch with noise. Whoever
 * holds the key makes digits up whose gradient has that sketch. Each real digit is compared with the made-up one that is most like it, by
 * the correlation of the cells; the control is as many digits that the client does not have.
 *
 * @module
 */
import { type Examples, fold, type Key, normals, permutation, rootKey } from "@potluck/core";
import { smallDigits } from "../../conversion/gradient-inversion/scene.ts";
import type { Report } from "../../harness/experiment.ts";
import { deviation, mean } from "../../harness/metrics.ts";
import { tableOf } from "../../harness/render.ts";
import {
  certain,
  gradientOf,
  type Guess,
  madeUp,
  type Model,
  product,
  type Sketch,
  sketched,
  sketchOf,
  squaredNorm,
  unsketched,
} from "./attack.ts";

/** What a client sends. */
interface Case {
  readonly digits: number;
  /** b / d */
  readonly ratio: number;
  /** Its noise, in multiples of the root mean square of the numbers of its sketch. */
  readonly noise: number;
}

const SIZES = [1, 1 / 2, 1 / 4, 1 / 10, 1 / 20] as const;
const NOISES = [0.1, 0.3, 1, 3, 10] as const;
const CLIENTS = 16;
const CLASSES = 10;

const CASES: readonly Case[] = [1, 8].flatMap((digits) => [
  ...SIZES.map((ratio) => ({ digits, ratio, noise: 0 })),
  ...NOISES.map((noise) => ({ digits, ratio: 1 / 4, noise })),
]);

/** What was found of one client. */
interface Found {
  readonly own: number;
  readonly others: number;
  /** Share of its labels that were found. */
  readonly labels: number;
  /** Cosine of the angle between the gradient and what arrives of it. */
  readonly cosine: number;
}

function found({ digits, ratio, noise }: Case, train: Examples, key: Key): Found {
  const inputs = train.features.length / train.count;
  const size = (inputs + 1) * CLASSES;
  const model: Model = { inputs, classes: CLASSES, weights: normals(fold(key, "model"), size).map((w) => 0.1 * w) };
  const order = permutation(fold(key, "digits"), train.count);
  const [own, others] = [0, 1].map((at) => certain(train, order.subarray(at * digits, (at + 1) * digits), CLASSES));
  if (own === undefined || others === undefined) throw new Error("two lots of digits");
  const sketch = sketchOf(ratio, size, fold(key, "upload"));
  const gradient = gradientOf(model, own);
  const seen = noisy(sketched(sketch, gradient), noise, fold(key, "noise"));
  const guess = madeUp(model, { sketch, seen, count: digits, key: fold(key, "search") });
  return {
    own: likeness(own, guess, inputs),
    others: likeness(others, guess, inputs),
    labels: labelsFound(own, guess),
    cosine: cosineOf(sketch, seen, gradient),
  };
}

function noisy(sums: Float64Array, noise: number, key: Key): Float64Array {
  const sigma = noise * Math.sqrt(squaredNorm(sums) / sums.length);
  const draws = normals(key, sums.length);
  return sums.map((sum, at) => sum + sigma * (draws[at] ?? 0));
}

/** The correlation of each digit with the made-up one that is most like it: the mean over digits. */
function likeness(real: Guess, guess: Guess, inputs: number): number {
  const made = digitsOf(guess, inputs);
  return mean(digitsOf(real, inputs).map((digit) => Math.max(...made.map((other) => correlation(digit, other)))));
}

function digitsOf({ features }: Guess, inputs: number): readonly Float64Array[] {
  return Array.from({ length: features.length / inputs }, (_, at) => features.slice(at * inputs, (at + 1) * inputs));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [x, y] = [centred(a), centred(b)];
  const length = Math.sqrt(squaredNorm(x) * squaredNorm(y));
  return length === 0 ? 0 : product(x, y) / length;
}

function centred(values: Float64Array): Float64Array {
  const centre = mean([...values]);
  return values.map((value) => value - centre);
}

/** The share of labels that the made-up examples have as well, each once. */
function labelsFound(real: Guess, guess: Guess): number {
  const left = [...labelsOf(guess)];
  const labels = labelsOf(real);
  const hits = labels.filter((label) => {
    const at = left.indexOf(label);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return hits.length / labels.length;
}

function labelsOf({ scores }: Guess): readonly number[] {
  return Array.from({ length: scores.length / CLASSES }, (_, at) => {
    const own = scores.subarray(at * CLASSES, (at + 1) * CLASSES);
    return own.indexOf(Math.max(...own));
  });
}

function cosineOf(sketch: Sketch, seen: Float64Array, gradient: Float64Array): number {
  const arrived = unsketched(sketch, seen);
  return product(arrived, gradient) / Math.sqrt(squaredNorm(arrived) * squaredNorm(gradient));
}

function rowOf({ digits, ratio, noise }: Case, all: readonly Found[]): readonly string[] {
  const spread = (of: (one: Found) => number): string =>
    `${mean(all.map(of)).toFixed(2)} ± ${deviation(all.map(of)).toFixed(2)}`;
  return [
    String(digits),
    ratio === 1 ? "1" : `1/${Math.round(1 / ratio)}`,
    String(noise),
    spread(({ own }) => own),
    Math.max(...all.map(({ own }) => own)).toFixed(2),
    spread(({ others }) => others),
    `${(100 * mean(all.map(({ labels }) => labels))).toFixed(0)}%`,
    spread(({ cosine }) => cosine),
  ];
}

export const experiment: Report = {
  title: "What a sketch says about examples, and how much noise stops that",
  measure: async (say) => {
    const { train } = await smallDigits.load();
    const rows = CASES.map((one) => {
      const all = Array.from({ length: CLIENTS }, (_, client) => found(one, train, fold(rootKey(11), client)));
      const row = rowOf(one, all);
      say(row.join(", "));
      return row;
    });
    return [
      `Means ± standard deviations over ${CLIENTS} clients. Digits in 7 × 7 cells, softmax regression of 500 numbers; noise in multiples of the root mean square of`,
      "the numbers of a sketch; likeness is the correlation of the cells, 1 being the same picture, of each digit of the client, or of as many that it does not have,",
      "with the made-up one that is most like it; of labels chance finds 10% for one digit and 45% for eight; the cosine is that of the angle between the gradient and what arrives of it.",
      "",
      ...tableOf(
        ["digits", "b / d", "noise", "like its own", "at best", "like others", "labels found", "cosine"],
        rows,
      ),
    ];
  },
};
