/**
 * Quadratics: clients whose losses, gradients and optima are known exactly, to hold what is trained against theory.
 *
 *     F_k(x) = ½ (x − c_k)ᵀ A_k (x − c_k),   A_k diagonal,   c_k = c + h z_k,   c, z_k ~ N(0, I)
 *
 * d dimensions, h heterogeneity. The curvatures a_k1 … a_kd on the diagonal of A_k are spread evenly in their logarithms
 * from the smallest to the largest, both included, in a random order that is each client's own or that of all, and then multiplied with a
 * scale of the client.
 *
 * They are trained as what they are, regression. Client k has m_k times the d rows
 *
 *     features √(d a_kj / 2) · e_j,   number to predict √(d a_kj / 2) · c_kj,     j = 1 … d
 *
 * on which a linear model x without intercept has the mean squared error (1/d) Σ_j (d a_kj / 2) (x_j − c_kj)² = F_k(x).
 * A step on all rows of a client is a step along A_k (x − c_k). The held-out examples are the same rows, so the held-out
 * loss is Σ n_k F_k(x) ÷ Σ n_k, n_k = m_k d.
 *
 * Quadratics are the model problem on which the fixed points of local steps are known: Malinovsky, Kovalev, Gasanov,
 * Condat, Richtárik, "From local SGD to local fixed-point methods for federated learning", ICML 2020.
 * https://arxiv.org/abs/2004.01442
 *
 * @module
 */
import {
  type Dataset,
  definePart,
  exp,
  type Examples,
  Fault,
  fold,
  type Key,
  log,
  normals,
  permutation,
  type PartFactory,
  present,
  rootKey,
} from "@potluck/core";
import { quadraticOptimum } from "./quadratic-optimum.ts";
import { checkMadeBytes, type DataSource, sharedBytes, sharedFloats, sharedWords } from "./source.ts";

/** Options of {@link quadratics}. */
export interface QuadraticsOptions {
  /** Number of natural clients, 1 … 65536; 10 by default. */
  readonly clients?: number;
  /** d, 1 … 1024; 10 by default. */
  readonly dimensions?: number;
  /** h in [0, 1e6]: standard deviation of the clients' centres around their mean; 1 by default. */
  readonly heterogeneity?: number;
  /** The smallest curvature, > 0 and ≤ 1e6; 0.1 by default. */
  readonly smallestCurvature?: number;
  /** The largest curvature, > 0 and ≤ 1e6; 1 by default. One dimension alone has this one. */
  readonly largestCurvature?: number;
  /** Whether each client orders the curvatures in its own way, the default, or all in one. */
  readonly curvatures?: "own" | "shared";
  /** What the curvatures of client k are multiplied with, > 0 and ≤ 1e6, dealt in turn; [1] by default. */
  readonly scales?: readonly number[];
  /** m_k, whole numbers from 1 to 65536: how often the rows of client k are repeated, dealt in turn; [1] by default. */
  readonly repeats?: readonly number[];
  /** Seed of the data, a whole number ≥ 0; 0 by default. It is not the seed of the run. */
  readonly seed?: number;
}

const curvature = { kind: "number", above: 0, maximum: 1e6 } as const;

/** The source `quadratics`. Throws Fault "option-invalid", also for more rows than fit into memory. */
export const quadratics: PartFactory<QuadraticsOptions, DataSource> = definePart<QuadraticsOptions, DataSource>({
  room: "data",
  name: "quadratics",
  about: "Clients with quadratic losses whose optimum is known exactly, for any weighting.",
  fights: [],
  options: {
    clients: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 65536,
      default: 10,
      about: "number of natural clients",
    },
    dimensions: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 1024,
      default: 10,
      about: "parameters of the model: features of a row",
    },
    heterogeneity: {
      kind: "number",
      minimum: 0,
      maximum: 1e6,
      default: 1,
      about: "standard deviation of the clients' centres around their mean",
    },
    smallestCurvature: { ...curvature, default: 0.1, about: "the smallest number on the diagonal of each A_k" },
    largestCurvature: { ...curvature, default: 1, about: "the largest number on the diagonal of each A_k" },
    curvatures: {
      kind: "choice",
      of: ["own", "shared"],
      default: "own",
      about: "whether each client orders the curvatures in its own way, or all in one",
    },
    scales: {
      kind: "numbers",
      above: 0,
      maximum: 1e6,
      default: [1],
      about: "what the curvatures of each client are multiplied with, dealt to the clients in turn",
    },
    repeats: {
      kind: "numbers",
      integer: true,
      minimum: 1,
      maximum: 65536,
      default: [1],
      about: "how often the rows of each client are repeated, dealt to the clients in turn",
    },
    seed: { kind: "number", integer: true, minimum: 0, default: 0, about: "seed of the data, apart from the run's" },
  },
  make: (options) => {
    checkOptions(options);
    return { targetKind: "numbers", optimum: quadraticOptimum, load: async () => made(options) };
  },
});

function checkOptions(options: Required<QuadraticsOptions>): void {
  const { dimensions, smallestCurvature, largestCurvature, repeats, scales } = options;
  for (const [name, list] of Object.entries({ repeats, scales })) {
    if (list.length === 0) throw refused(`${name} is an empty list`, "Give one number at least, such as [1].");
  }
  if (smallestCurvature > largestCurvature) {
    const what = `the smallest curvature ${smallestCurvature} is above the largest, ${largestCurvature}`;
    throw refused(what, "Lower smallestCurvature, or raise largestCurvature.");
  }
  const rows = dimensions * repeatsOf(options).reduce((sum, times) => sum + times, 0);
  checkMadeBytes('data "quadratics"', 4 * dimensions * rows, "Lower clients, dimensions or repeats.");
}

function refused(what: string, remedy: string): Fault {
  return new Fault("option-invalid", `data "quadratics": ${what}`, remedy);
}

/** m_k of each client. */
function repeatsOf({ clients, repeats }: Required<QuadraticsOptions>): readonly number[] {
  return Array.from({ length: clients }, (_, k) => present(repeats[k % repeats.length], `the repeats of client ${k}`));
}

function made(options: Required<QuadraticsOptions>): Dataset {
  const examples = examplesOf(options, fold(rootKey(options.seed), "quadratics"));
  return { name: "quadratics", train: examples, test: examples };
}

/** The rows of all clients, one client after another. */
function examplesOf(options: Required<QuadraticsOptions>, key: Key): Examples {
  const { dimensions } = options;
  const times = repeatsOf(options);
  const count = dimensions * times.reduce((sum, one) => sum + one, 0);
  const [features, values, ofRow] = [sharedFloats(count * dimensions), sharedFloats(count), sharedWords(count)];
  const shared = { key, spectrum: spectrumOf(options), middle: normals(fold(key, "centre"), dimensions) };
  let row = 0;
  times.forEach((own, k) => {
    const { curvatures, centre } = quadraticOf(k, options, shared);
    for (const end = row + own * dimensions; row < end; row++) {
      const j = row % dimensions;
      const feature = Math.fround(Math.sqrt((dimensions * (curvatures[j] ?? 0)) / 2));
      features[row * dimensions + j] = feature;
      values[row] = feature * (centre[j] ?? 0);
      ofRow[row] = k;
    }
  });
  const names = times.map((_, k) => `client ${k}`);
  const answers = { labels: sharedBytes(0), classes: 0, targets: { values, shape: [1] } };
  return { count, shape: [dimensions], features, scale: 1, ...answers, owners: { ofRow, names } };
}

/** What the clients have in common. */
interface Shared {
  readonly key: Key;
  /** The curvatures in ascending order. */
  readonly spectrum: Float64Array;
  /** c. */
  readonly middle: Float64Array;
}

interface Quadratic {
  /** The diagonal of A_k. */
  readonly curvatures: Float64Array;
  /** c_k. */
  readonly centre: Float64Array;
}

/** That of client k. */
function quadraticOf(
  k: number,
  { dimensions, heterogeneity, curvatures, scales }: Required<QuadraticsOptions>,
  { key, spectrum, middle }: Shared,
): Quadratic {
  const own = fold(fold(key, "client"), k);
  const order = permutation(fold(curvatures === "own" ? own : key, "curvatures"), dimensions);
  const offsets = normals(fold(own, "centre"), dimensions);
  const scale = present(scales[k % scales.length], `the scale of client ${k}`);
  return {
    curvatures: Float64Array.from(order, (at) => scale * (spectrum[at] ?? 0)),
    centre: middle.map((c, j) => c + heterogeneity * (offsets[j] ?? 0)),
  };
}

/** The curvatures in ascending order, evenly spread in their logarithms. */
function spectrumOf({ dimensions, smallestCurvature, largestCurvature }: Required<QuadraticsOptions>): Float64Array {
  const ratio = log(largestCurvature / smallestCurvature);
  return Float64Array.from({ length: dimensions }, (_, j) => {
    const above = dimensions === 1 ? 0 : (dimensions - 1 - j) / (dimensions - 1);
    return largestCurvature * exp(-ratio * above);
  });
}
