/**
 * Examples: rows of features, each with a class label, as they are stored and shared between threads; and which of
 * them each client holds, now and later.
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";

/** A set of labelled examples. Row i holds `features[i · rowLength … (i + 1) · rowLength)` and `labels[i]`. */
export interface Examples {
  readonly count: number;
  /** The shape of one example, without the batch dimension: [784] or [1, 28, 28]. */
  readonly shape: readonly number[];
  /** Stored features; the model is given `stored · scale`. May lie in shared memory. */
  readonly features: Uint8Array | Float32Array;
  /** What a stored feature is multiplied with: 1/255 for bytes that stand for [0, 1]. */
  readonly scale: number;
  /** Class labels in [0, classes). */
  readonly labels: Uint8Array;
  readonly classes: number;
  /** Whose each example is, where the data says so: the natural clients. */
  readonly owners?: Owners;
}

/** Whose the examples are. Row i is that of `names[ofRow[i]]`. */
export interface Owners {
  /** Indices into the names. May lie in shared memory. */
  readonly ofRow: Uint32Array;
  /** Each owner once; one without rows is possible. */
  readonly names: readonly string[];
}

/** A dataset: what is trained on and what is held out. */
export interface Dataset {
  readonly name: string;
  readonly train: Examples;
  readonly test: Examples;
}

/** Rows to train on and rows to test on: indices into the training examples of a dataset, disjoint. */
export interface HeldRows {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** The rows of one client: those it holds from the start, and those that replace them later. */
export interface ClientRows extends HeldRows {
  /** In order of their instants; none where the client's data never changes. */
  readonly later?: readonly LaterRows[];
}

/** The rows that a client holds from an instant on, in place of those before. */
export interface LaterRows extends HeldRows {
  /** Seconds of virtual time since the start of the run, > 0. */
  readonly from: Seconds;
}

/** The rows that a client holds at the instant `now`: those of the last change at or before it. */
export function rowsAt({ later = [], ...first }: ClientRows, now: Seconds): HeldRows {
  return later.findLast(({ from }) => from <= now) ?? first;
}
