/**
 * Where the data of a job lies: the rows of every chunk.
 *
 * All workers see the same examples in the same order. They are cut into the chunks of all groups, one after another,
 * so that a worker needs no more than the rows of its own chunks. A job that does not take all examples takes its share of each
 * chunk: the next rows of it, beginning again at its end, so that in the long run all rows are taken equally often.
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
  /** ≥ 1 */
  readonly examples: number;
  /** Examples of a job, in [1, examples]. */
  readonly batchSize: number;
}

/** The rows of a job in one chunk of a group; none where the chunk is smaller than a row. */
export function rowsOf(placement: Placement, { job, group }: DueGroup, chunk: number): readonly RowRange[] {
  const from = boundary(placement, group, chunk);
  const length = boundary(placement, group, chunk + 1) - from;
  const taken = (jobs: number): number => Math.floor((jobs * length * placement.batchSize) / placement.examples);
  const [start, end] = [taken(job - 1), taken(job)];
  if (start === end) return [];
  const first = start % length;
  const last = first + end - start;
  if (last <= length) return [{ from: from + first, to: from + last }];
  return [
    { from: from + first, to: from + length },
    { from, to: from + last - length },
  ];
}

/** The first row of a chunk; of one past the last the end of the group. */
function boundary({ scheme, examples }: Placement, group: number, chunk: number): number {
  const { groups, workers } = scheme;
  if (chunk === workers) {
    return group + 1 === groups.length ? examples : boundary({ scheme, examples, batchSize: 1 }, group + 1, 0);
  }
  const before = groups.slice(0, group).reduce((sum, { share }) => sum + share, 0);
  const { share } = present(groups[group], "group", group);
  return Math.round(examples * (before + (share * chunk) / workers));
}

/** How many rows of a job there are in the chunks of a block. */
export function rowsInBlock(placement: Placement, due: DueGroup, { first, size }: PlacedBlock): number {
  let rows = 0;
  for (let chunk = first; chunk < first + size; chunk++) {
    for (const { from, to } of rowsOf(placement, due, chunk)) rows += to - from;
  }
  return rows;
}
