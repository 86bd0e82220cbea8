/**
 * Sums of gradients over examples, piece by piece, so that memory does not grow with their number.
 *
 * @module
 */
import { type Examples, layoutLength } from "@potluck/core";
import { gatherRows } from "./gather.ts";
import type { Gradient } from "../runtime/run-gradient.ts";

/** A sum over examples of the gradients of their losses, each times a coefficient. */
export interface GradientSum {
  /** Where the gradients are taken: flat, in the layout of the model; not changed. */
  readonly params: Float32Array;
  readonly chunks: readonly WeightedRows[];
}

/** Rows that have a coefficient in common. */
export interface WeightedRows {
  readonly rows: Uint32Array;
  readonly coefficient: number;
}

/** What sums of gradients come to. */
export interface GradientSums {
  /** A vector for each request, one after another: added up in float64, then rounded. */
  readonly vectors: Float32Array;
  /** The sum of the losses of all examples, and their number. */
  readonly loss: number;
  readonly examples: number;
  readonly executingSeconds: number;
}

/** The most examples that go through the model at once. */
export const GRADIENT_PIECE = 256;

/** The sums that are asked for, over rows of `examples`. */
export async function sumGradients(
  gradient: Gradient,
  examples: Examples,
  requests: readonly GradientSum[],
): Promise<GradientSums> {
  const length = layoutLength(gradient.layout);
  const vectors = new Float32Array(requests.length * length);
  const total = { loss: 0, examples: 0, executingSeconds: 0 };
  for (const [at, { params, chunks }] of requests.entries()) {
    const sum = new Float64Array(length);
    for (const { rows, coefficient } of chunks) {
      for (let from = 0; from < rows.length; from += GRADIENT_PIECE) {
        const piece = rows.subarray(from, from + GRADIENT_PIECE);
        const given = await gradient.of({ ...gatherRows(examples, piece), params });
        addTimes(sum, given.gradient, coefficient * piece.length);
        total.loss += given.loss * piece.length;
        total.examples += piece.length;
        total.executingSeconds += given.executingSeconds;
      }
    }
    vectors.set(sum, at * length);
  }
  return { vectors, ...total };
}

function addTimes(sum: Float64Array, vector: Float32Array, factor: number): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + factor * (vector[at] as number);
}
