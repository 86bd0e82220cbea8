/**
 * Sizes: how many rows each client gets, and the sharing of whole things in given proportions.
 *
 *     size_k = minimum + share_k,   Σ size_k = rows,   share_k ∝ e^(σ z_k),   z_k ~ N(0, 1)
 *
 * σ quantitySkew. Whole numbers come from the method of largest remainders.
 *
 * @module
 */
import { exp, Fault, invariant, type Key, normals } from "@potluck/core";
import type { PartitionOptions } from "./partition.ts";

/** The weight of each client's size, log-normal with parameter σ = `skew`; all 1 when it is 0. */
export function sizeWeights(key: Key, clients: number, skew: number): Float64Array {
  return normals(key, clients).map((z) => exp(skew * z));
}

/** The number of rows of each client; they add up to `rows`. Throws Fault "data-invalid" when there are too few. */
export function clientSizes(rows: number, options: Required<PartitionOptions>, key: Key): Uint32Array {
  const { clients, quantitySkew, minimumExamples } = options;
  checkEnough(rows, options);
  return sharedOut(rows, sizeWeights(key, clients, quantitySkew), minimumExamples);
}

/** Throws Fault "data-invalid" unless `rows` rows can feed every client. Costs nothing, however many clients there are. */
export function checkEnough(
  rows: number,
  { clients, minimumExamples }: Pick<Required<PartitionOptions>, "clients" | "minimumExamples">,
): void {
  if (clients * minimumExamples <= rows) return;
  throw new Fault(
    "data-invalid",
    `${clients} clients with at least ${minimumExamples} rows each need ${clients * minimumExamples} rows, there are ${rows}`,
    "Use fewer clients, lower minimumExamples, or load more examples.",
  );
}

/**
 * `total` whole things shared out in proportion to `weights` ≥ 0, after `minimum` for each; they add up to `total`,
 * which must be at least minimum · weights.length.
 */
export function sharedOut(total: number, weights: ArrayLike<number>, minimum: number): Uint32Array {
  const rest = total - minimum * weights.length;
  const sum = Array.from(weights).reduce((partial, weight) => partial + weight, 0);
  invariant(rest >= 0 && sum > 0, `enough to share out and weights above 0, got ${rest} left and weights of ${sum}`);
  const ideal = Float64Array.from(weights, (weight) => (rest * weight) / sum);
  const shares = Uint32Array.from(ideal, Math.floor);
  const missing = rest - shares.reduce((partial, share) => partial + share, 0);
  const remainder = (i: number): number => (ideal[i] ?? 0) - (shares[i] ?? 0);
  const byRemainder = [...ideal.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b);
  const lifted = new Set(byRemainder.slice(0, missing));
  return shares.map((share, i) => minimum + share + (lifted.has(i) ? 1 : 0));
}
