/**
 * A job in progress: the sum of its gradient, folded up as answers come. Plain data.
 *
 * Answers of blocks that repeat are added at once, the first of each block, and not kept. Those of a cyclic block wait until
 * its group is due, for only then is it known by what to multiply them: at most 2s + 1 vectors for each coded group. The parameters
 * at which a job began are kept until it is done, also where its model has moved on meanwhile.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import type { Contribution } from "../plan/events.ts";
import { blockAt, presentIn } from "./gradient-code.ts";
import { type Placement, rowsInBlock } from "./placement.ts";
import type { Arrivals, CodingScheme, DueGroup, Item } from "./scheme.ts";

/** What a job remembers. */
export interface JobState {
  readonly job: number;
  /** Which model it is about, its parameters when the job began, and how many versions of it there were. */
  readonly model: number;
  readonly params: Float32Array;
  readonly version: number;
  readonly sum: Float64Array;
  /** Examples whose gradients are in the sum. */
  rows: number;
  /** Blocks that have repeated: their whole sum is in. By group, 1 for each block. */
  readonly complete: readonly Uint8Array[];
  /** Answers that wait, by group and place. */
  readonly waiting: Map<number, Map<number, Float32Array>>;
  /** Whose answers came, with the examples behind them. How old the gradient is shows when it is complete. */
  readonly heard: Omit<Contribution, "staleness">[];
}

/** A job of which nothing is there yet. */
export function newJob(
  about: Omit<JobState, "sum" | "rows" | "complete" | "waiting" | "heard">,
  { groups }: CodingScheme,
  kernels: VectorKernels,
): JobState {
  return {
    ...about,
    sum: kernels.zeros(about.params.length),
    rows: 0,
    complete: groups.map(({ code }) => new Uint8Array(code.blocks.length)),
    waiting: new Map(),
    heard: [],
  };
}

/** What answers are folded up with: where data lies, and the arithmetic. */
export interface Folding {
  readonly placement: Placement;
  readonly kernels: VectorKernels;
}

/** Takes in the answer of a place; whether it was of use. */
export function takeAnswer(
  state: JobState,
  { job, group, place }: Item,
  answer: Float32Array,
  { placement, kernels }: Folding,
): boolean {
  const { number, block } = blockAt(present(placement.scheme.groups[group], "group", group).code, place);
  if (!block.repeats) {
    const waiting = state.waiting.get(group) ?? new Map<number, Float32Array>();
    state.waiting.set(group, waiting.set(place, answer.slice()));
    return true;
  }
  const complete = present(state.complete[group], "the blocks of group", group);
  if (complete[number] === 1) return false;
  complete[number] = 1;
  kernels.accumulate(state.sum, answer, 1);
  state.rows += rowsInBlock(placement, { job, group }, block);
  return true;
}

/** Decodes what waits of a group, which is due and can be decoded. */
export function decodeGroup(
  state: JobState,
  { job, group }: DueGroup,
  { placement, arrivals, kernels }: Folding & { readonly arrivals: Arrivals },
): void {
  const waiting = state.waiting.get(group);
  if (waiting === undefined) return;
  for (const block of present(placement.scheme.groups[group], "group", group).code.blocks) {
    if (block.repeats) continue;
    const there = presentIn(block, (place) => arrivals.has({ job, group, place }));
    const { weights } = present(block.decode(there), "the decoding of group", group);
    const terms = there.map((place) => ({
      x: present(waiting.get(block.first + place), "the answer of place", block.first + place),
      weight: weights[place] ?? 0,
    }));
    kernels.accumulateAll(state.sum, terms);
    state.rows += rowsInBlock(placement, { job, group }, block);
  }
  state.waiting.delete(group);
}
