/**
 * The contract of feedback: what a client remembers from one of its messages to the next, and what the server remembers with it.
 *
 * What a client keeps belongs to one run and is never sent. It changes when the server has taken a message in: one that was recalled, lost on
 * its way, or refused because it came late or was not valid leaves it as it was.
 *
 * A client that lost what it kept begins as one that never had any. Where the server remembers the same ({@link Feedback.memory}), it is told so by
 * the message, and forgets what it remembered of that client.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import type { Codec, Guarantee } from "../codec/codec.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";

/** What a client keeps between its tasks: plain data. */
export interface Kept {
  /** The version of the model that the last message started from. */
  readonly version: number;
  /** How many messages it is made of, ≥ 1. */
  readonly messages: number;
  /** What the method keeps, a number for each parameter in each. */
  readonly vectors: readonly Float32Array[];
}

/** What a client works with beside the model. */
export interface Recalled {
  /** What the client kept; null where there is nothing. */
  readonly kept: Kept | null;
  /** The mean that the server sent with the model, see {@link Memory}; null where it sends none. */
  readonly mean: Float32Array | null;
  /** How steep the client's loss is, in multiples of the mean over clients, see {@link Memory}; 1 by default. */
  readonly steepness?: number;
}

/** What is to be sent. */
export interface Outgoing extends Recalled {
  readonly trained: Float32Array;
  /** The parameters that the client started from, and their version. */
  readonly anchor: Float32Array;
  readonly version: number;
  /** Solver steps between the two, ≥ 1. */
  readonly steps: number;
  /** What was added to the parameters after each of them, see {@link Feedback.drift}; null where nothing was. */
  readonly drift: Float32Array | null;
  readonly codec: Codec;
  /** The key that the message is encoded with. */
  readonly key: Key;
  readonly kernels: VectorKernels;
}

/** A message, and what the client keeps once the server has taken it in. */
export interface Sent {
  readonly payload: Uint8Array;
  readonly kept: Kept | null;
  /** By how much a step changed for every unit by which the parameters did, > 0; left out where that is not known. */
  readonly smoothness?: number;
}

/**
 * What the server remembers of every client: the sum h of all that its messages said, C(m) of a message m. It takes 4 bytes for every parameter of every client
 * that was heard, for the whole run.
 *
 * An update of K steps counts as K (base + C(m)): the base is what was remembered of its client before, or the mean of what is remembered of
 * all clients of the fleet, 0 of those that were never heard, as it was when the model was published.
 *
 * With `smoothness` it remembers of every client as well how smooth its loss is, as it says itself, and tells each how that compares with all: it counts ν C(m)
 * of a message, ν being the steepness that went with the task. With "rate" what counts is multiplied with the factor that makes the learning
 * rate the largest that an analysis allows.
 */
export interface Memory {
  readonly base: "own" | "mean";
  readonly smoothness?: "weights" | "rate";
}

/** Codecs that a feedback goes with. */
export interface Taking {
  readonly kinds: readonly Guarantee["kind"][];
  /** Why no others, in words that go on from "feedback … needs a codec that"; and what to use. */
  readonly needs: string;
  readonly remedy: string;
}

/** What becomes of what messages lose. */
export interface Feedback {
  /** Which codecs it goes with; left out by what goes with all. */
  readonly takes?: Taking;
  /** Whether messages are differences to nothing: what they say is decoded without the model that the client started from. */
  readonly isDifference?: boolean;
  /** What the server remembers; left out where messages count as they are. */
  readonly memory?: Memory;
  /** What is added to the parameters after every step of a client; null for nothing; left out by what never adds any. */
  readonly drift?: (recalled: Recalled) => Float32Array | null;
  /** Pure: the same for the same `outgoing`, of which nothing is written to. */
  readonly send: (outgoing: Outgoing) => Sent;
}
