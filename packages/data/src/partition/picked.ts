/**
 * Examples made of others: some of them, or some again, in memory of their own that threads can share.
 *
 * @module
 */
import type { Examples } from "@potluck/core";
import { sharedBytes, sharedFloats, sharedWords } from "../source/source.ts";

/** The given rows of `examples`, one after another; a row may be given more than once. */
export function picked(examples: Examples, rows: Uint32Array): Examples {
  const { owners } = examples;
  const length = examples.features.length / Math.max(1, examples.count);
  const features = roomLike(examples, rows.length * length);
  const labels = sharedBytes(rows.length);
  const ofRow = sharedWords(rows.length);
  rows.forEach((row, at) => {
    features.set(examples.features.subarray(row * length, (row + 1) * length), at * length);
    labels[at] = examples.labels[row] ?? 0;
    ofRow[at] = owners?.ofRow[row] ?? 0;
  });
  const own = { ...examples, count: rows.length, features, labels };
  return owners === undefined ? own : { ...own, owners: { ...owners, ofRow } };
}

/** `length` zeros of the type in which the features of `examples` are stored. */
export function roomLike({ features }: Examples, length: number): Examples["features"] {
  return features instanceof Uint8Array ? sharedBytes(length) : sharedFloats(length);
}
