/**
 * Clients with logistic losses of which the smoothness is known: L_k = ½ λ_k, λ_k the largest eigenvalue of the mean of x xᵀ over a client's
 * examples, since the Hessian of cross-entropy with two classes is p (1 − p) · zzᵀ with z = (x, −x), p (1 − p) ≤ ¼ and ‖z‖² = 2 ‖x‖². Features are multiplied, client by client, until it
 * is what was asked for.
 *
 * @module
 */
import { type Examples, fold, type Key, normals, type Part, rootKey, uniformStream } from "@potluck/core";
import type { DataSource, Partitioner } from "@potluck/data";

const FEATURES = 10;
const EXAMPLES = 50;
/** The share of labels that are wrong, so that the optimum is finite. */
const WRONG = 0.2;

/** Examples of one client after another, whose losses are so smooth. What is held out is what is trained on: the loss that is measured is the one that falls. */
export function logits(smoothness: readonly number[], seed: number): DataSource & Part {
  return {
    part: { room: "data", name: "logits", options: { smoothness, seed } },
    load: async () => {
      const whole = drawn(smoothness, fold(rootKey(seed), "logits"));
      return { name: "logits", train: whole, test: whole };
    },
  };
}

/** Client k has the k-th lot of examples. */
export function inLots(clients: number): Partitioner & Part {
  return {
    part: { room: "partition", name: "in-lots", options: { clients } },
    clients,
    split: ({ examples }) => ({
      examples,
      clients: Array.from({ length: clients }, (_, k) => ({ train: lot(k), test: new Uint32Array(0) })),
    }),
  };
}

function lot(k: number): Uint32Array {
  return Uint32Array.from({ length: EXAMPLES }, (_, i) => k * EXAMPLES + i);
}

function drawn(smoothness: readonly number[], key: Key): Examples {
  const count = smoothness.length * EXAMPLES;
  const features = new Float32Array(new SharedArrayBuffer(4 * count * FEATURES));
  features.set(normals(fold(key, "features"), count * FEATURES));
  const truth = normals(fold(key, "truth"), FEATURES);
  const chance = uniformStream(fold(key, "wrong"));
  const labels = new Uint8Array(new SharedArrayBuffer(count));
  for (let row = 0; row < count; row++) {
    const isPositive = product(truth, features.subarray(row * FEATURES, (row + 1) * FEATURES)) > 0;
    labels[row] = isPositive === chance() > WRONG ? 1 : 0;
  }
  for (const [k, wanted] of smoothness.entries()) {
    const own = features.subarray(k * EXAMPLES * FEATURES, (k + 1) * EXAMPLES * FEATURES);
    const factor = Math.sqrt((2 * wanted) / largestEigenvalue(own));
    for (const [i, x] of own.entries()) own[i] = x * factor;
  }
  return { count, shape: [FEATURES], features, labels, scale: 1, classes: 2 };
}

/** λ by 200 steps of power iteration. */
function largestEigenvalue(features: Float32Array): number {
  let v = new Float64Array(FEATURES).fill(1);
  let eigenvalue = 0;
  for (let step = 0; step < 200; step++) {
    const next = new Float64Array(FEATURES);
    for (let at = 0; at < features.length; at += FEATURES) {
      const x = features.subarray(at, at + FEATURES);
      const along = product(v, x) / EXAMPLES;
      for (const [i, own] of x.entries()) next[i] = (next[i] ?? 0) + along * own;
    }
    eigenvalue = Math.sqrt(product(next, next));
    v = next.map((own) => own / eigenvalue);
  }
  return eigenvalue;
}

function product(a: Float64Array, b: ArrayLike<number>): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}
