/**
 * The contract of data sources: where examples come from.
 *
 * A source MUST put features, labels and targets into shared memory, so that worker threads read the one copy, and MUST
 * give the same dataset every time for the same options and files.
 *
 * @module
 */
import { type Dataset, type Examples, Fault, type NumberOption, type TargetKind } from "@potluck/core";

/** A place that a dataset is loaded from. */
export interface DataSource {
  /** Reads or makes the dataset. Rejects with a Fault when it is missing, corrupt or does not fit. */
  readonly load: () => Promise<Dataset>;
  /** What its examples are to be answered with, known before they are loaded; "classes" unless given. */
  readonly targetKind?: TargetKind;
  /** The parameters that are best for weighted parts of its examples; only where they are known in closed form. */
  readonly optimum?: Optimum;
}

/**
 * The parameters at which Σ weight_k · F_k is smallest, F_k the mean loss over the rows of part k, under the model and the
 * loss that the source is made for; null where they are not unique.
 */
export type Optimum = (examples: Examples, parts: readonly WeightedRows[]) => Float64Array | null;

/** Rows, and how much their mean loss counts. */
export interface WeightedRows {
  /** Indices into the examples, at least one. */
  readonly rows: Uint32Array;
  /** ≥ 0, in any unit. */
  readonly weight: number;
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
  return new Uint8Array(sharedMemory(length));
}

/** A vector of `length` float32 zeros that threads can share. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(sharedMemory(length * Float32Array.BYTES_PER_ELEMENT));
}

/** A vector of `length` 32-bit zeros that threads can share. */
export function sharedWords(length: number): Uint32Array {
  return new Uint32Array(sharedMemory(length * Uint32Array.BYTES_PER_ELEMENT));
}

/** Node always has memory that threads share; a page has it only where it is isolated, and does without elsewhere. */
function sharedMemory(bytes: number): SharedArrayBuffer | ArrayBuffer {
  return typeof SharedArrayBuffer === "function" ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

/** The most bytes of features that a source makes out of a text or out of nothing: 1 GiB. */
const MAX_MADE_BYTES: number = 2 ** 30;

/** Throws Fault "option-invalid" if the features of `where` would take more than {@link MAX_MADE_BYTES}. */
export function checkMadeBytes(where: string, bytes: number, remedy: string): void {
  if (bytes <= MAX_MADE_BYTES) return;
  const message = `${where}: the features would take ${bytes} bytes, and ${MAX_MADE_BYTES} is the most`;
  throw new Fault("option-invalid", message, remedy);
}
