/**
 * A mixture of Gaussians: a synthetic classification problem that is made in no time, for tests and cheap experiments.
 *
 *     x = m_c + σ ε,   ε ~ N(0, I),   m_c uniform on the unit sphere
 *
 * one mean m_c per class c, σ spread. Two means lie about √2 apart in many dimensions, so the best possible classifier
 * confuses a given pair with probability Φ(−1 / (√2 σ)): 1% at σ = 0.3, 8% at σ = 0.5. In few dimensions
 * means come closer and the problem is harder. Example i has the class i mod classes.
 *
 * @module
 */
import {
  type Dataset,
  definePart,
  type Examples,
  Fault,
  fold,
  type Key,
  normalStream,
  type PartFactory,
  rootKey,
} from "@potluck/core";
import { type DataSource, sharedBytes, sharedFloats } from "./source.ts";

/** Options of {@link gaussians}. */
export interface GaussiansOptions {
  /** Number of classes, 2 … 256; 10 by default. */
  readonly classes?: number;
  /** Features of one example, ≥ 1; 32 by default. */
  readonly features?: number;
  /** Training examples of each class, ≥ 1; 100 by default. */
  readonly examplesPerClass?: number;
  /** Held-out examples of each class, ≥ 1; 20 by default. */
  readonly testExamplesPerClass?: number;
  /** σ in [0, 1e6]: standard deviation of every feature around its class mean; 0.3 by default. */
  readonly spread?: number;
  /** Seed of the data, a whole number ≥ 0; 0 by default. It is not the seed of the run. */
  readonly seed?: number;
}

/** The most examples that are made, training and held-out ones together. */
export const MAX_GAUSSIAN_EXAMPLES: number = 2 ** 24;

/** The most numbers that are made, examples times features: 1 GiB. */
export const MAX_GAUSSIAN_NUMBERS: number = 2 ** 28;

/** The source `gaussians`. Throws Fault "option-invalid", also for more examples than fit into memory. */
export const gaussians: PartFactory<GaussiansOptions, DataSource> = definePart<GaussiansOptions, DataSource>({
  room: "data",
  name: "gaussians",
  about: "A synthetic mixture of Gaussians, one per class, for tests and cheap experiments.",
  fights: [],
  options: {
    classes: { kind: "number", integer: true, minimum: 2, maximum: 256, default: 10, about: "number of classes" },
    features: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 65536,
      default: 32,
      about: "features of an example",
    },
    examplesPerClass: {
      kind: "number",
      integer: true,
      minimum: 1,
      default: 100,
      about: "training examples of a class",
    },
    testExamplesPerClass: {
      kind: "number",
      integer: true,
      minimum: 1,
      default: 20,
      about: "held-out examples of a class",
    },
    spread: {
      kind: "number",
      minimum: 0,
      maximum: 1e6,
      default: 0.3,
      about: "standard deviation σ around the class mean",
    },
    seed: { kind: "number", integer: true, minimum: 0, default: 0, about: "seed of the data, apart from the run's" },
  },
  make: (options) => {
    checkAmount(options);
    return { load: async () => made(options) };
  },
});

function checkAmount({ classes, features, examplesPerClass, testExamplesPerClass }: Required<GaussiansOptions>): void {
  const examples = classes * (examplesPerClass + testExamplesPerClass);
  if (examples <= MAX_GAUSSIAN_EXAMPLES && examples * features <= MAX_GAUSSIAN_NUMBERS) return;
  throw new Fault(
    "option-invalid",
    `data "gaussians": ${examples} examples of ${features} features are too many: at most ` +
      `${MAX_GAUSSIAN_EXAMPLES} examples can be made, with ${MAX_GAUSSIAN_NUMBERS} numbers in them`,
    "Lower examplesPerClass, testExamplesPerClass, classes or features.",
  );
}

function made(options: Required<GaussiansOptions>): Dataset {
  const key = fold(rootKey(options.seed), "gaussians");
  const means = unitVectors(fold(key, "means"), options.classes, options.features);
  const part = (purpose: string, perClass: number): Examples =>
    scattered(means, options, { key: fold(key, purpose), perClass });
  return {
    name: "gaussians",
    train: part("train", options.examplesPerClass),
    test: part("test", options.testExamplesPerClass),
  };
}

/** `count` directions drawn uniformly: normal vectors, scaled to length 1. */
function unitVectors(key: Key, count: number, length: number): readonly Float64Array[] {
  const normal = normalStream(key);
  return Array.from({ length: count }, () => {
    const direction = Float64Array.from({ length }, normal);
    const norm = Math.sqrt(direction.reduce((sum, x) => sum + x * x, 0));
    return direction.map((x) => x / norm);
  });
}

/** `perClass` examples around each mean. */
function scattered(
  means: readonly Float64Array[],
  { features: rowLength, spread }: Required<GaussiansOptions>,
  { key, perClass }: { readonly key: Key; readonly perClass: number },
): Examples {
  const count = perClass * means.length;
  const features = sharedFloats(count * rowLength);
  const labels = sharedBytes(count);
  const normal = normalStream(key);
  for (let row = 0; row < count; row++) {
    const label = row % means.length;
    labels[row] = label;
    const noisy = means[label]?.map((mean) => mean + spread * normal()) ?? [];
    features.set(noisy, row * rowLength);
  }
  return { count, shape: [rowLength], features, scale: 1, labels, classes: means.length };
}
