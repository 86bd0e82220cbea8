/**
 * Synthetic(α, β): clients that differ in how they label (α) and in what they see (β), each with its own linear model.
 *
 *     y = argmax(W_k x + b_k),   W_k, b_k ~ N(u_k, 1),   u_k ~ N(0, α²)
 *     x ~ N(v_k, Σ),   Σ diagonal with Σ_jj = j^(−1.2),   v_k ~ N(B_k, 1),   B_k ~ N(0, β²)
 *     n_k = 50 + ⌊e^(4 + 2 z_k)⌋,   z_k ~ N(0, 1)
 *
 * W_k of classes x features, n_k the examples of client k, of which ⌊(1 − testShare) n_k⌋ are trained on.
 *
 * Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith, "Federated optimization in heterogeneous networks", MLSys 2020,
 * appendix C.1. https://arxiv.org/abs/1812.06127 (code: https://github.com/litian96/FedProx)
 *
 * The paper writes N(0, α) and N(0, β); its code takes α and β as standard deviations, and so does this. `labelling`
 * "shared" is its Synthetic-IID: one W and b ~ N(0, 1) for all clients, and v_k = 0.
 *
 * Pitfall: u_k is one number for all entries of W_k and b_k. It moves the scores of all classes alike, so the labels do
 * not depend on it: α changes nothing but the scores. Clients label differently at α = 0 already, since each draws W_k.
 *
 * @module
 */
import {
  type Dataset,
  definePart,
  type Examples,
  exp,
  fold,
  type Key,
  log,
  normals,
  normalStream,
  type PartFactory,
  rootKey,
} from "@potluck/core";
import { checkMadeBytes, type DataSource, sharedBytes, sharedFloats, sharedWords } from "./source.ts";

/** Options of {@link synthetic}. */
export interface SyntheticOptions {
  /** α in [0, 100]: standard deviation of the mean of a client's model; see the pitfall in the header. */
  readonly alpha: number;
  /** β in [0, 100]: standard deviation of the mean of a client's features. */
  readonly beta: number;
  /** Number of natural clients, 1 … 65536; 30 by default, as in the paper. */
  readonly clients?: number;
  /** Features of one example, ≥ 1; 60 by default, as in the paper. */
  readonly features?: number;
  /** Number of classes, 2 … 256; 10 by default, as in the paper. */
  readonly classes?: number;
  /** Whether each client labels by its own model, the default, or all by one; shared, α and β do nothing. */
  readonly labelling?: "own" | "shared";
  /** Share of each client's examples, > 0 and ≤ 0.9, that is held out; 0.1 by default, as in the paper. */
  readonly testShare?: number;
  /** Seed of the data, a whole number ≥ 0; 0 by default. It is not the seed of the run. */
  readonly seed?: number;
}

/** The source `synthetic`. Throws Fault "option-invalid", also for more examples than fit into memory. */
export const synthetic: PartFactory<SyntheticOptions, DataSource> = definePart<SyntheticOptions, DataSource>({
  room: "data",
  name: "synthetic",
  about: "Synthetic(α, β) of FedProx: natural clients with linear models and features of their own.",
  fights: [],
  paper: {
    authors: "Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith",
    title: "Federated optimization in heterogeneous networks",
    venue: "MLSys 2020",
    link: "https://arxiv.org/abs/1812.06127",
  },
  options: {
    alpha: { kind: "number", minimum: 0, maximum: 100, about: "standard deviation of the mean of a client's model" },
    beta: { kind: "number", minimum: 0, maximum: 100, about: "standard deviation of the mean of a client's features" },
    clients: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 65536,
      default: 30,
      about: "number of natural clients",
    },
    features: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 65536,
      default: 60,
      about: "features of an example",
    },
    classes: { kind: "number", integer: true, minimum: 2, maximum: 256, default: 10, about: "number of classes" },
    labelling: {
      kind: "choice",
      of: ["own", "shared"],
      default: "own",
      about: "whether each client labels by a model of its own, or all by one (Synthetic-IID)",
    },
    testShare: {
      kind: "number",
      above: 0,
      maximum: 0.9,
      default: 0.1,
      about: "share of each client's held-out examples",
    },
    seed: { kind: "number", integer: true, minimum: 0, default: 0, about: "seed of the data, apart from the run's" },
  },
  make: (options) => {
    const key = fold(rootKey(options.seed), "synthetic");
    const sizes = Array.from(normals(fold(key, "sizes"), options.clients), (z) => 50 + Math.floor(exp(4 + 2 * z)));
    const bytes = 4 * options.features * sizes.reduce((sum, size) => sum + size, 0);
    checkMadeBytes('data "synthetic"', bytes, "Lower clients or features.");
    return { load: async () => made(sizes, options, key) };
  },
});

/** How one client sees and labels. */
interface Client {
  /** W_k, class after class. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** v_k. */
  readonly mean: Float64Array;
}

function made(sizes: readonly number[], options: Required<SyntheticOptions>, key: Key): Dataset {
  const trained = sizes.map((size) => Math.floor((1 - options.testShare) * size));
  const held = sizes.map((size, k) => size - (trained[k] ?? 0));
  return {
    name: "synthetic",
    train: part(trained, options, { key, purpose: "train" }),
    test: part(held, options, { key, purpose: "test" }),
  };
}

/** So many examples of each client. */
function part(
  sizes: readonly number[],
  options: Required<SyntheticOptions>,
  { key, purpose }: { readonly key: Key; readonly purpose: string },
): Examples {
  const { features: length, classes } = options;
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const [features, labels, ofRow] = [sharedFloats(count * length), sharedBytes(count), sharedWords(count)];
  const scales = Float64Array.from({ length }, (_, j) => exp(-0.6 * log(j + 1)));
  let row = 0;
  sizes.forEach((size, k) => {
    const client = clientOf(k, options, key);
    const normal = normalStream(fold(fold(fold(key, "client"), k), purpose));
    for (const end = row + size; row < end; row++) {
      const x = features.subarray(row * length, (row + 1) * length);
      x.set(scales.map((scale, j) => (client.mean[j] ?? 0) + scale * normal()));
      labels[row] = likeliest(x, client);
      ofRow[row] = k;
    }
  });
  const names = sizes.map((_, k) => `f_${String(k).padStart(5, "0")}`);
  return { count, shape: [length], features, scale: 1, labels, classes, owners: { ofRow, names } };
}

/** Client k, apart from its examples. */
function clientOf(k: number, options: Required<SyntheticOptions>, key: Key): Client {
  const { alpha, beta, features: length, classes, labelling } = options;
  const own = fold(fold(key, "client"), k);
  const isShared = labelling === "shared";
  const model = fold(isShared ? key : own, "model");
  const [z = 0, w = 0] = normals(fold(own, "means"), 2);
  const [u, centre] = isShared ? [0, 0] : [alpha * z, beta * w];
  return {
    weights: normals(fold(model, "weights"), length * classes).map((x) => u + x),
    bias: normals(fold(model, "bias"), classes).map((x) => u + x),
    mean: isShared ? new Float64Array(length) : normals(fold(own, "centre"), length).map((x) => centre + x),
  };
}

/** The class that the client's model scores highest for x. */
function likeliest(x: Float32Array, { weights, bias }: Client): number {
  let best = 0;
  let highest = -Infinity;
  bias.forEach((score, label) => {
    let sum = score;
    for (let j = 0; j < x.length; j++) sum += (weights[label * x.length + j] ?? 0) * (x[j] ?? 0);
    if (sum > highest) [best, highest] = [label, sum];
  });
  return best;
}
