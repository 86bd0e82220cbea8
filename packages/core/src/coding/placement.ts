/**
 * Where the data of a job lies: the rows of every chunk.
 *
 * All workers see the same examples in the same order. A model's steps take batches of them, one after another, and begin again
 * at the end, so that every model sees all rows equally often. Which rows a batch has depends on the step of its model
 * alone; only then it is cut into the chunks of all groups, so that under all codes a step descends on the same rows.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import type { PlacedBlock } from "./gradient-code.ts";
import type { CodingScheme, DueGroup } from "./scheme.ts";

/** Rows from … to − 1. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** How examples are shared out to jobs. */
export interface Placement {
  readonly scheme: CodingScheme;
  /** Models that take turns, ≥ 1: job t is about model (t − 1) mod models. */
  readonly models: number;
  /** ≥ 1 */
  readonly examples: number;
  /** Examples of a job, in [1, examples]. */
  readonly batchSize: number;
}

/** The rows of a job in one chunk of a group; none where the chunk is smaller than a row. */
export function rowsOf(placement: Placement, { job, group }: DueGroup, chunk: number): readonly RowRange[] {
  const { models, examples, batchSize } = placement;
  const [start, end] = [boundary(placement, group, chunk), boundary(placement, group, chunk + 1)];
  if (start === end) return [];
  const step = Math.floor((job - 1) / models);
  const from = (step * batchSize + start) % examples;
  const to = from + end - start;
  if (to <= examples) return [{ from, to }];
  return [
    { from, to: examples },
    { from: 0, to: to - examples },
  ];
}

/** Where a chunk begins in its batch, in [0, batchSize]; of one past the last the end of the group. */
function boundary(placement: Placement, group: number, chunk: number): number {
  const { scheme, batchSize } = placement;
  const { groups, workers } = scheme;
  if (chunk === workers) return group + 1 === groups.length ? batchSize : boundary(placement, group + 1, 0);
  const before = groups.slice(0, group).reduce((sum, { share }) => sum + share, 0);
  const { share } = present(groups[group], "group", group);
  return Math.round(batchSize * (before + (share * chunk) / workers));
}

/** How many rows of a job there are in the chunks of a block. */
export function rowsInBlock(placement: Placement, due: DueGroup, { first, size }: PlacedBlock): number {
  let rows = 0;
  for (let chunk = first; chunk < first + size; chunk++) {
    for (const { from, to } of rowsOf(placement, due, chunk)) rows += to - from;
  }
  return rows;
}
