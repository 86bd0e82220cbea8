/**
 * Sparse messages: a block of indices, and behind it the numbers that stand there, float32, little-endian; all
 * others count as 0.
 *
 * @module
 */
import { InvariantViolation } from "../base/invariant.ts";
import { floatsIn } from "../params/floats-in.ts";
import type { Target } from "./codec.ts";
import { lengthDefect } from "./differences.ts";
import { readIndices, writeIndices } from "./indices.ts";

const BYTES_PER_NUMBER = 4;

/** The numbers of `x` at `indices`, which ascend, as a message. */
export function sparseMessage(x: Float32Array, indices: Uint32Array): Uint8Array {
  const block = writeIndices(indices, x.length);
  const values = Float32Array.from(indices, (index) => x[index] ?? 0);
  const message = new Uint8Array(block.byteLength + values.byteLength);
  message.set(block);
  message.set(new Uint8Array(values.buffer), block.byteLength);
  return message;
}

/** Why a message is not a sparse vector of `length` finite numbers, in words, or null. `count` is how many it must have; any if null. */
export function sparseDefect(payload: Uint8Array, length: number, count: number | null): string | null {
  const read = readIndices(payload, length);
  if (read.kind === "defect") return read.detail;
  const { indices, end } = read;
  if (count !== null && indices.length !== count) return `the update has ${indices.length} numbers, expected ${count}`;
  return (
    lengthDefect(payload, end + BYTES_PER_NUMBER * indices.length) ??
    (floatsIn(payload.subarray(end)).every(Number.isFinite) ? null : "the update holds numbers that are not finite")
  );
}

/** Adds a message without defect to a sum. */
export function accumulateSparse(payload: Uint8Array, { sum, weight }: Pick<Target, "sum" | "weight">): void {
  const read = readIndices(payload, sum.length);
  if (read.kind === "defect") throw new InvariantViolation(`a message without defect: ${read.detail}`);
  const values = floatsIn(payload.subarray(read.end));
  read.indices.forEach((index, at) => {
    sum[index] = (sum[index] ?? 0) + weight * (values[at] ?? 0);
  });
}
