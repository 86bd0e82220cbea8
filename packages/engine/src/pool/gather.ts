/**
 * Picks rows out of shared examples into memory of one's own: ONNX Runtime takes no shared memory everywhere.
 *
 * @module
 */
import type { Examples } from "@potluck/core";
import type { ExampleRows } from "../runtime/feeds.ts";

/** Copies of the given rows, one after another. Rows must lie in [0, count). */
export function gatherRows(examples: Examples, rows: Uint32Array): ExampleRows {
  const { features, labels, count } = examples;
  const rowLength = count === 0 ? 0 : features.length / count;
  const length = rows.length * rowLength;
  const gathered = features instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  rows.forEach((row, at) => {
    gathered.set(features.subarray(row * rowLength, (row + 1) * rowLength), at * rowLength);
  });
  return { features: gathered, targets: Uint8Array.from(rows, (row) => labels[row] ?? 0) };
}
