/**
 * The contract of codecs: what travels from a client to the server.
 *
 * A codec turns the update of a client into bytes and adds what the bytes say to a running sum. Both sides hold the key of
 * the task, so that what is drawn from it need not travel. Write x = trained − anchor and C(x) for what is decoded.
 *
 * Whoever implements this MUST encode the same numbers to the same bytes under the same key, never throw on a message
 * whatever it holds, allocate no more for it than the model is large, and keep the {@link Guarantee} that it gives.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";

/** Where a decoded update goes. */
export interface Target {
  /** The running sum. */
  readonly sum: Float64Array;
  /** What the update is multiplied with. */
  readonly weight: number;
  /** The parameters that the client started from. */
  readonly anchor: Float32Array;
  /** The key that it was encoded with. */
  readonly key: Key;
}

/**
 * How far C(x) is from an x of d numbers; expectations are over the key.
 *
 * - exact: C(x) = x;
 * - unbiased: E C(x) = x and E‖C(x) − x‖² ≤ ω ‖x‖², ω = variance(d);
 * - contractive: E‖C(x) − x‖² ≤ (1 − δ) ‖x‖², δ = contraction(d) in (0, 1];
 * - absolute: no number is off by more than error.
 */
export type Guarantee =
  | { readonly kind: "exact" }
  | { readonly kind: "unbiased"; readonly variance: (length: number) => number }
  | { readonly kind: "contractive"; readonly contraction: (length: number) => number }
  | { readonly kind: "absolute"; readonly error: number };

/** How an update travels. */
export interface Codec {
  /** Whether it keeps from the server what a single update says; left out where it does not. */
  readonly conceals?: boolean;
  /** How far what arrives is from what was sent, but for the rounding of x to float32. */
  readonly guarantee: Guarantee;
  /** Whether C(x + y) = C(x) + C(y) under the same key. */
  readonly isLinear: boolean;
  /** The update that leads from `anchor` to `trained`, as bytes. One that holds numbers that are not finite has a defect. */
  readonly encode: (trained: Float32Array, anchor: Float32Array, key: Key) => Uint8Array;
  /** Why `payload` is not an update of `length` finite parameters, in words; null when it is one. Never throws. */
  readonly defect: (payload: Uint8Array, length: number, kernels: VectorKernels) => string | null;
  /** sum ← sum + weight · C(x), without a dense copy. `payload` has no defect. */
  readonly accumulate: (payload: Uint8Array, target: Target, kernels: VectorKernels) => void;
}
