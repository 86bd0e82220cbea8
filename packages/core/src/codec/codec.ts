/**
 * The contract of codecs: what travels from a client to the server.
 *
 * @module
 */
import type { VectorKernels } from "../params/vector-kernels.ts";

/** Where a decoded update goes. */
export interface Target {
  /** The running sum. */
  readonly sum: Float64Array;
  /** What the update is multiplied with. */
  readonly weight: number;
  /** The parameters that the client started from. */
  readonly anchor: Float32Array;
}

/** How an update travels. */
export interface Codec {
  /** Whether it keeps from the server what a single update says; left out where it does not. */
  readonly conceals?: boolean;
  /** The update that leads from `anchor` to `trained`, as bytes. */
  readonly encode: (trained: Float32Array, anchor: Float32Array) => Uint8Array;
  /** Why `payload` is not an update of `length` finite parameters, in words; null when it is one. */
  readonly defect: (payload: Uint8Array, length: number, kernels: VectorKernels) => string | null;
  /** sum ← sum + weight · delta, where delta = decoded − anchor, without a dense copy. `payload` has no defect. */
  readonly accumulate: (payload: Uint8Array, target: Target, kernels: VectorKernels) => void;
}
