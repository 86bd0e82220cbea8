/**
 * Picks rows out of shared examples into memory of one's own: ONNX Runtime takes no shared memory everywhere.
 *
 * @module
 */
import type { Examples } from "@potluck/core";
import type { ExampleRows } from "../runtime/feeds.ts";

/** Copies of the given rows, one after another. Rows must lie in [0, count). */
export function gatherRows(examples: Examples, rows: Uint32Array): ExampleRows {
  const { features, labels, targets } = examples;
  return {
    features: gathered(features, rows, examples),
    targets: targets === undefined ? gathered(labels, rows, examples) : gathered(targets.values, rows, examples),
  };
}

/** Copies of those of `values` that belong to the given rows, as many for each row. */
function gathered(
  values: Examples["features"],
  rows: Uint32Array,
  { count }: Pick<Examples, "count">,
): Uint8Array | Float32Array {
  const rowLength = count === 0 ? 0 : values.length / count;
  const length = rows.length * rowLength;
  const copies = values instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  rows.forEach((row, at) => {
    copies.set(values.subarray(row * rowLength, (row + 1) * rowLength), at * rowLength);
  });
  return copies;
}
