/**
 * Examples made of others: some of them, or some again, in memory of their own that threads can share.
 *
 * @module
 */
import type { Examples } from "@potluck/core";
import { sharedBytes, sharedFloats, sharedWords } from "../source/source.ts";

/** The given rows of `examples`, one after another; a row may be given more than once. */
export function picked(examples: Examples, rows: Uint32Array): Examples {
  const { count, owners, spans, targets } = examples;
  const room = (values: Stored): number => (values.length / Math.max(1, count)) * rows.length;
  const pick = (from: Stored, into: Stored): void => pickInto(into, from, rows);
  const features = roomLike(examples, room(examples.features));
  const labels = sharedBytes(room(examples.labels));
  pick(examples.features, features);
  pick(examples.labels, labels);
  const own = { ...examples, count: rows.length, features, labels };
  const values = sharedFloats(targets === undefined ? 0 : room(targets.values));
  if (targets !== undefined) pick(targets.values, values);
  const ofRow = sharedWords(rows.length);
  if (owners !== undefined) pick(owners.ofRow, ofRow);
  const starts = sharedWords(spans === undefined ? 0 : rows.length);
  if (spans !== undefined) pick(spans.starts, starts);
  return {
    ...own,
    ...(targets !== undefined && { targets: { ...targets, values } }),
    ...(owners !== undefined && { owners: { ...owners, ofRow } }),
    ...(spans !== undefined && { spans: { ...spans, starts } }),
  };
}

/** What examples are stored in, as many numbers for each row. */
type Stored = Uint8Array | Float32Array | Uint32Array;

/** Writes those numbers of `from` that belong to the given rows into `into`, one row after another. */
function pickInto(into: Stored, from: Stored, rows: Uint32Array): void {
  const length = into.length / Math.max(1, rows.length);
  rows.forEach((row, at) => {
    into.set(from.subarray(row * length, (row + 1) * length), at * length);
  });
}

/** `length` zeros of the type in which the features of `examples` are stored. */
export function roomLike({ features }: Examples, length: number): Examples["features"] {
  return features instanceof Uint8Array ? sharedBytes(length) : sharedFloats(length);
}
