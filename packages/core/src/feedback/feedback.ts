/**
 * The contract of feedback: what a client keeps of what its messages lost, and puts into the next ones.
 *
 * What is kept belongs to one run, is kept by the client and is never sent. It changes when a message has arrived: one that
 * was recalled or lost on its way leaves it as it was. A client that lost what it kept begins as one that never had any; the
 * server is told nothing, for it needs to know nothing.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import type { Codec } from "../codec/codec.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";

/** What a client keeps between its tasks: plain data. */
export interface Kept {
  /** The version of the model that the last message started from. */
  readonly version: number;
  /** What the method keeps, a number for each parameter in each. */
  readonly vectors: readonly Float32Array[];
}

/** What is to be sent. */
export interface Outgoing {
  readonly trained: Float32Array;
  /** The parameters that the client started from, and their version. */
  readonly anchor: Float32Array;
  readonly version: number;
  /** What the client kept; null where there is nothing. */
  readonly kept: Kept | null;
  readonly codec: Codec;
  /** The key that the message is encoded with. */
  readonly key: Key;
  readonly kernels: VectorKernels;
}

/** A message, and what the client keeps once it has arrived. */
export interface Sent {
  readonly payload: Uint8Array;
  readonly kept: Kept | null;
}

/** What becomes of what messages lose. Pure: the same for the same `outgoing`, of which nothing is written to. */
export interface Feedback {
  readonly send: (outgoing: Outgoing) => Sent;
}
