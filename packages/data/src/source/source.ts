/**
 * The contract of data sources: where examples come from.
 *
 * A source MUST put features and labels into shared memory, so that worker threads read the one copy, and MUST give
 * the same dataset every time for the same options and files.
 *
 * @module
 */
import type { Dataset, NumberOption } from "@potluck/core";

/** A place that a dataset is loaded from. */
export interface DataSource {
  /** Reads or makes the dataset. Rejects with a Fault when it is missing, corrupt or does not fit. */
  readonly load: () => Promise<Dataset>;
}

/** Limits that make experiments on a stored dataset cheap. */
export interface ExampleLimits {
  /** How many training examples are read, from the first on; null, the default, reads all. */
  readonly trainExamples?: number | null;
  /** How many held-out examples are read, from the first on; null, the default, reads all. */
  readonly testExamples?: number | null;
}

/** The descriptions of {@link ExampleLimits}. */
export const limitOptions: { readonly trainExamples: NumberOption; readonly testExamples: NumberOption } = {
  trainExamples: {
    kind: "number",
    integer: true,
    minimum: 1,
    default: null,
    about: "reads only the first so many training examples",
  },
  testExamples: {
    kind: "number",
    integer: true,
    minimum: 1,
    default: null,
    about: "reads only the first so many held-out examples",
  },
};

/** A vector of `length` zero bytes that threads can share. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** A vector of `length` float32 zeros that threads can share. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
