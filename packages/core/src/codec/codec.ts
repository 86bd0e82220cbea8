/**
 * The contract of codecs: what travels from a client to the server.
 *
 * A codec turns the update of a client into bytes and adds what the bytes say to a running sum. Both sides hold the key of
 * the task, so that what is drawn from it need not travel. Write x = trained − anchor and C(x) for what is decoded; where there is no
 * anchor, x = trained.
 *
 * Whoever implements this MUST encode the same numbers to the same bytes under the same key, never throw on a message
 * whatever it holds, set aside no more than 33 bytes for each byte of it to look for a defect and 24 bytes for each number of the model to add it up, and keep the {@link Guarantee} that it gives.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import type { Spender } from "./spending.ts";
import type { Layout, TensorSlot } from "../params/layout.ts";
import type { Difference } from "../params/quantise.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";

/** Where a decoded update goes. */
export interface Target {
  /** The running sum. */
  readonly sum: Float64Array;
  /** What the update is multiplied with. */
  readonly weight: number;
  /** The parameters that the client started from; null where the message is a difference already. */
  readonly anchor: Float32Array | null;
  /** The key that it was encoded with. */
  readonly key: Key;
}

/**
 * How far C(x) is from an x of d numbers; expectations are over the key.
 *
 * - exact: C(x) = x;
 * - unbiased: E C(x) = x and E‖C(x) − x‖² ≤ ω ‖x‖² + ν, ω = variance(d), and ν = noise(d), 0 where that is left out;
 * - contractive: E‖C(x) − x‖² ≤ (1 − δ) ‖x‖², δ = contraction(d) in (0, 1];
 * - absolute: no number is off by more than error.
 */
export type Guarantee =
  | { readonly kind: "exact" }
  | {
      readonly kind: "unbiased";
      readonly variance: (length: number) => number;
      readonly noise?: (length: number) => number;
    }
  | { readonly kind: "contractive"; readonly contraction: (length: number) => number }
  | { readonly kind: "absolute"; readonly error: number };

/** How a vector of finite numbers becomes bytes, and how it is added up again. */
export interface Scheme extends Spender {
  readonly guarantee: Guarantee;
  /** As of a codec. */
  readonly isSparse?: boolean;
  readonly conceals?: boolean;
  readonly isLinear: boolean;
  readonly secretly?: (secret: Key) => Scheme;
  /** `x` is finite. */
  readonly encode: (x: Float32Array, key: Key, kernels: VectorKernels) => Uint8Array;
  /** The same message of a difference; null where that is not finite. Left out by what needs it in memory as a whole. */
  readonly encodeDifference?: (difference: Difference, key: Key, kernels: VectorKernels) => Uint8Array | null;
  /** Why `payload` is not a message of `length` finite numbers, in words; null when it is one. Never throws. */
  readonly defect: (payload: Uint8Array, length: number, kernels?: VectorKernels) => string | null;
  /** sum ← sum + weight · C(x). `payload` has no defect. */
  readonly accumulate: (payload: Uint8Array, target: Omit<Target, "anchor">, kernels?: VectorKernels) => void;
}

/** How it is said which numbers of a vector are sent, all others counting as 0. */
export interface Sparsifier {
  /** Of what is sent to the last bit. */
  readonly guarantee: Guarantee;
  readonly isLinear: boolean;
  /** Which numbers of a difference are sent, and what they are; null where any of it is not finite. */
  readonly choose: (difference: Difference, key: Key, kernels: VectorKernels) => Chosen | null;
  /** Whether none is ever left out; left out where some may be. */
  readonly sendsAll?: boolean;
  /** The most of `length` numbers that are sent. */
  readonly most: (length: number) => number;
  /** The bytes that say which; none where both sides know. */
  readonly write: (indices: Uint32Array, length: number) => Uint8Array;
  /** How many numbers a message has, and where they begin in it; or why it has none, in words. Never throws. */
  readonly frame: (payload: Uint8Array, length: number) => SparseFrame | string;
  /** Whether a message says which without the key; left out where it does not. */
  readonly saysWhich?: boolean;
  /** Which they are, ascending. `payload` has a frame. */
  readonly read: (payload: Uint8Array, length: number, key: Key) => SparseIndices;
  /** What `count` of `length` numbers are multiplied with when they are to count `weight` times. */
  readonly weigh: (weight: number, count: number, length: number) => number;
}

/** Numbers of a vector, and where they stand in it: ascending. */
export interface Chosen {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** How many numbers a sparse message has, and where the bytes of the numbers begin. */
export interface SparseFrame {
  readonly count: number;
  readonly end: number;
}

/** Which numbers of a vector a sparse message has, and where the bytes of the numbers begin. */
export interface SparseIndices {
  readonly indices: Uint32Array;
  readonly end: number;
}

/** What a chain can take of a codec: the choice of what is sent, or how numbers are sent. */
export type Stage =
  | { readonly kind: "sparsifier"; readonly sparsifier: Sparsifier }
  | { readonly kind: "quantiser"; readonly scheme: Scheme };

/** What is known of an update on both sides. */
export interface Subject {
  /** The version of the model that its task starts from. */
  readonly version: number;
  /** How the tensors of the model lie in it; empty where that is not known. */
  readonly layout: Layout;
}

/** Numbers of a vector that stand next to each other. */
export type Stretch = Pick<TensorSlot, "offset" | "length">;

/** How an update travels. */
export interface Codec extends Spender {
  /** What it can be in a chain; left out by what can be nothing. */
  readonly stage?: Stage;
  /** Whether it keeps from the server what a single update says; left out where it does not. */
  readonly conceals?: boolean;
  /**
   * What takes its place at the client, which draws noise from a secret of its own and the key; left out by what needs no secret. What
   * needs one encodes nothing without.
   */
  readonly secretly?: (secret: Key) => Codec;
  /** What takes its place for what is known of updates; left out by what is the same for all. */
  readonly for?: (subject: Subject) => Codec;
  /** Whether most numbers of a usual update arrive as 0, whatever they were; left out where they do not. */
  readonly isSparse?: boolean;
  /** Numbers that every message has as they are, whatever is chosen of the others; left out where there are none. */
  readonly wholly?: readonly Stretch[];
  /** How far what arrives is from what was sent, but for the rounding of x to float32. */
  readonly guarantee: Guarantee;
  /** Whether C(x + y) = C(x) + C(y) under the same key. */
  readonly isLinear: boolean;
  /**
   * The update that leads from `anchor` to `trained`, as bytes. One that holds numbers that are not finite has a defect. Without
   * `kernels`, whose place the plain ones take, it is slower and the same.
   */
  readonly encode: (
    trained: Float32Array,
    anchor: Float32Array | null,
    key: Key,
    kernels?: VectorKernels,
  ) => Uint8Array;
  /** Why `payload` is not an update of `length` finite parameters, in words; null when it is one. Never throws. */
  readonly defect: (payload: Uint8Array, length: number, kernels: VectorKernels) => string | null;
  /** sum ← sum + weight · C(x), without a dense copy. `payload` has no defect, and has not changed since one was looked for. */
  readonly accumulate: (payload: Uint8Array, target: Target, kernels: VectorKernels) => void;
}

/** The codec at a client that has this secret. No two messages may have the same secret and key: their noise would be the same. */
export function withSecret(codec: Codec, secret: Key): Codec {
  return codec.secretly?.(secret) ?? codec;
}

/** The codec of updates of which that is known. */
export function codecFor(codec: Codec, subject: Subject): Codec {
  return codec.for?.(subject) ?? codec;
}
