/**
 * Examples: rows of features, each with a class label, as they are stored and shared between threads.
 *
 * @module
 */

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
}

/** A dataset: what is trained on and what is held out. */
export interface Dataset {
  readonly name: string;
  readonly train: Examples;
  readonly test: Examples;
}

/** The rows of one client: indices into the training examples of a dataset, disjoint between train and test. */
export interface ClientRows {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}
