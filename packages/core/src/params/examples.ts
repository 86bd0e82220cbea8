/**
 * Examples: rows of features, each with a class label or with numbers to predict, as they are stored and shared between
 * threads; and which of them each client holds, now and later.
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import { elementCount } from "./layout.ts";

/** What examples are to be answered with: the classes they belong to, or numbers. */
export type TargetKind = "classes" | "numbers";

/**
 * A set of examples. Row i holds `features[i · rowLength … (i + 1) · rowLength)`, and either `labels[i]` or the numbers of
 * `targets` that belong to it.
 */
export interface Examples {
  readonly count: number;
  /** The shape of one example, without the batch dimension: [784] or [1, 28, 28]. */
  readonly shape: readonly number[];
  /** Stored features; the model is given `stored · scale`. May lie in shared memory. */
  readonly features: Uint8Array | Float32Array;
  /** What a stored feature is multiplied with: 1/255 for bytes that stand for [0, 1]. */
  readonly scale: number;
  /** Class labels in [0, classes); none where there are targets. */
  readonly labels: Uint8Array;
  /** 0 where there are targets. */
  readonly classes: number;
  /** The numbers to predict, in place of labels; left out where examples have labels. */
  readonly targets?: Targets;
  /** Whose each example is, where the data says so: the natural clients. */
  readonly owners?: Owners;
  /** Where each example lies in what its owner wrote; only with owners, where neighbouring examples overlap. */
  readonly spans?: Spans;
}

/** Numbers to predict. Those of row i are `values[i · length … (i + 1) · length)`, where length is that of the shape. */
export interface Targets {
  /** Finite. May lie in shared memory. */
  readonly values: Float32Array;
  /** The shape of those of one example: [1] for one number. */
  readonly shape: readonly number[];
}

/** Whose the examples are. Row i is that of `names[ofRow[i]]`. */
export interface Owners {
  /** Indices into the names. May lie in shared memory. */
  readonly ofRow: Uint32Array;
  /** Each owner once; one without rows is possible. */
  readonly names: readonly string[];
}

/** Stretches of what the owners wrote. Row i is `starts[i] … starts[i] + length − 1` of what its owner wrote. */
export interface Spans {
  /** Ascending with the rows of an owner. May lie in shared memory. */
  readonly starts: Uint32Array;
  /** How much an example covers, what it is to be answered with included; ≥ 1. */
  readonly length: number;
}

/** What these examples are to be answered with. */
export function targetKindOf({ targets }: Pick<Examples, "targets">): TargetKind {
  return targets === undefined ? "classes" : "numbers";
}

/** How many numbers a model says about each example: a score for each class, or the numbers to predict. */
export function outputsFor({ targets, classes }: Pick<Examples, "targets" | "classes">): number {
  return targets === undefined ? classes : elementCount(targets.shape);
}

/** A dataset: what is trained on and what is held out. */
export interface Dataset {
  readonly name: string;
  /** What the classes are called, in the order of their labels; left out where the data does not say so. */
  readonly classNames?: readonly string[];
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
