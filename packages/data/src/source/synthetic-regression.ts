/**
 * Synthetic regression: natural clients that differ in what they see and in the linear model that they measure, with
 * noise of a known size.
 *
 *     y = w_k · x + b_k + σ ε,   (w_k, b_k) = (w, b) + h z_k,   x = s u_k + ε',   w, b, z_k, u_k, ε, ε' ~ N(0, I)
 *
 * h heterogeneity, s shift, σ noise. No model does better on client k than a mean squared error of σ², and its own
 * (w_k, b_k) does as well. At h = 0 one model is best for all clients. At s = 0 and with equal sizes the best common model
 * is the mean of theirs, and leaves σ² + h² (features + 1) (1 − 1/clients) on average over draws.
 *
 * @module
 */
import {
  type Dataset,
  definePart,
  type Examples,
  fold,
  type Key,
  normals,
  normalStream,
  type PartFactory,
  rootKey,
} from "@potluck/core";
import { checkMadeBytes, type DataSource, sharedBytes, sharedFloats, sharedWords } from "./source.ts";

/** Options of {@link syntheticRegression}. */
export interface SyntheticRegressionOptions {
  /** Number of natural clients, 1 … 65536; 30 by default. */
  readonly clients?: number;
  /** Features of one example, 1 … 65536; 10 by default. */
  readonly features?: number;
  /** Training examples of each client, ≥ 1; 50 by default. */
  readonly examplesPerClient?: number;
  /** Held-out examples of each client, ≥ 1; 10 by default. */
  readonly testExamplesPerClient?: number;
  /** h in [0, 1e6]: standard deviation of the clients' models around their mean; 0.5 by default. */
  readonly heterogeneity?: number;
  /** s in [0, 1e6]: standard deviation of the centres of the clients' features; 0 by default. */
  readonly shift?: number;
  /** σ in [0, 1e6]: standard deviation of the noise; 0.1 by default. */
  readonly noise?: number;
  /** Seed of the data, a whole number ≥ 0; 0 by default. It is not the seed of the run. */
  readonly seed?: number;
}

const deviation = { kind: "number", minimum: 0, maximum: 1e6 } as const;
const count = { kind: "number", integer: true, minimum: 1 } as const;

/** The source `synthetic-regression`. Throws Fault "option-invalid", also for more examples than fit into memory. */
export const syntheticRegression: PartFactory<SyntheticRegressionOptions, DataSource> = definePart<
  SyntheticRegressionOptions,
  DataSource
>({
  room: "data",
  name: "synthetic-regression",
  about: "Numbers to predict: natural clients with linear models of their own and known noise.",
  fights: [],
  options: {
    clients: { ...count, maximum: 65536, default: 30, about: "number of natural clients" },
    features: { ...count, maximum: 65536, default: 10, about: "features of an example" },
    examplesPerClient: { ...count, default: 50, about: "training examples of a client" },
    testExamplesPerClient: { ...count, default: 10, about: "held-out examples of a client" },
    heterogeneity: {
      ...deviation,
      default: 0.5,
      about: "standard deviation of the clients' models around their mean",
    },
    shift: { ...deviation, default: 0, about: "standard deviation of the centres of the clients' features" },
    noise: { ...deviation, default: 0.1, about: "standard deviation of the noise of what is predicted" },
    seed: { kind: "number", integer: true, minimum: 0, default: 0, about: "seed of the data, apart from the run's" },
  },
  make: (options) => {
    const { clients, features, examplesPerClient, testExamplesPerClient } = options;
    const bytes = 4 * features * clients * (examplesPerClient + testExamplesPerClient);
    checkMadeBytes('data "synthetic-regression"', bytes, "Lower clients, features or the examples per client.");
    return { targetKind: "numbers", load: async () => made(options) };
  },
});

function made(options: Required<SyntheticRegressionOptions>): Dataset {
  const key = fold(rootKey(options.seed), "synthetic-regression");
  const clients = clientsOf(options, key);
  const { examplesPerClient, testExamplesPerClient } = options;
  return {
    name: "synthetic-regression",
    train: part(clients, options, { key: fold(key, "train"), perClient: examplesPerClient }),
    test: part(clients, options, { key: fold(key, "test"), perClient: testExamplesPerClient }),
  };
}

/** What one client sees and measures. */
interface Client {
  /** w_k, and behind it b_k. */
  readonly weights: Float64Array;
  /** s u_k. */
  readonly centre: Float64Array;
}

function clientsOf(options: Required<SyntheticRegressionOptions>, key: Key): readonly Client[] {
  const { clients, features, heterogeneity, shift } = options;
  const common = normals(fold(key, "weights"), features + 1);
  return Array.from({ length: clients }, (_, k) => {
    const own = fold(fold(key, "client"), k);
    const offsets = normals(fold(own, "weights"), features + 1);
    return {
      weights: common.map((w, j) => w + heterogeneity * (offsets[j] ?? 0)),
      centre: normals(fold(own, "centre"), features).map((u) => shift * u),
    };
  });
}

/** So many examples of each client. */
function part(
  clients: readonly Client[],
  { features: length, noise }: Required<SyntheticRegressionOptions>,
  { key, perClient }: { readonly key: Key; readonly perClient: number },
): Examples {
  const rows = clients.length * perClient;
  const [features, values, ofRow] = [sharedFloats(rows * length), sharedFloats(rows), sharedWords(rows)];
  clients.forEach((client, k) => {
    const normal = normalStream(fold(key, k));
    for (let row = k * perClient; row < (k + 1) * perClient; row++) {
      const x = features.subarray(row * length, (row + 1) * length);
      x.set(client.centre.map((centre) => centre + normal()));
      values[row] = measured(x, client) + noise * normal();
      ofRow[row] = k;
    }
  });
  const names = clients.map((_, k) => `client ${k}`);
  const answers = { labels: sharedBytes(0), classes: 0, targets: { values, shape: [1] } };
  return { count: rows, shape: [length], features, scale: 1, ...answers, owners: { ofRow, names } };
}

/** w_k · x + b_k. */
function measured(x: Float32Array, { weights }: Client): number {
  let sum = weights[x.length] ?? 0;
  for (let j = 0; j < x.length; j++) sum += (weights[j] ?? 0) * (x[j] ?? 0);
  return sum;
}
