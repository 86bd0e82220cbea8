/**
 * A task that is gone through part by part, so that it can be gone on with where it was broken off.
 *
 * After each part but the last there is a checkpoint: the parameters, what the solver keeps, and the losses so far. A task that goes on from
 * one comes to the same bits as one that was never broken off, wherever its parts begin and end.
 *
 * @module
 */
import { type Layout, layoutLength, type Seconds } from "@potluck/core";
import { averaged, type TaskPart, type Trained } from "../runtime/run-training.ts";

/** How far a task has come. */
export interface Checkpoint {
  /** The loss of each batch so far before its step: one for each step that is done. */
  readonly losses: Float32Array;
  /** In the layout of the model. */
  readonly params: Float32Array;
  /** What the solver keeps, each slot a vector in that layout. */
  readonly slots: readonly Float32Array[];
}

/** Where a task can be gone on with. */
export interface Checkpoints {
  /** Where it goes on; null for its beginning. One that does not fit the task is passed over. */
  readonly from: Checkpoint | null;
  /** There is one after about so many seconds of work, > 0; none of a task that takes less. */
  readonly everySeconds: Seconds;
  /** Hears of each; the task goes on once it resolves, and rejects where it does. */
  readonly onCheckpoint: (checkpoint: Checkpoint) => Promise<void>;
}

/** A task as far as its parts depend on it. */
interface PartedTask {
  readonly params: Float32Array;
  readonly layout: Layout;
  readonly steps: number;
  /** How many slots its solver has. */
  readonly slots: number;
}

/** So many steps show how long one takes. */
const FIRST_STEPS = 8;
/** A part that took so much of the time between checkpoints ends with one. */
const ENOUGH = 0.5;

/** What comes of a task of which `run` goes through a part. */
export async function inParts(
  task: PartedTask,
  { from, everySeconds, onCheckpoint }: Checkpoints,
  run: (part: TaskPart) => Promise<Trained>,
): Promise<Pick<Trained, "params" | "meanLoss" | "steps">> {
  let reached = from !== null && fits(from, task) ? from : beginningOf(task);
  let [length, unkept] = [FIRST_STEPS, 0];
  for (;;) {
    const { params, slots, losses } = reached;
    const first = losses.length;
    const steps = Math.min(length, task.steps - first);
    const trained = await run({ first, steps, params, slots });
    reached = { params: trained.params, slots: trained.slots, losses: joined(losses, trained.losses) };
    if (reached.losses.length === task.steps) break;
    const { executingSeconds } = trained;
    length = Math.max(1, Math.round((everySeconds * steps) / Math.max(executingSeconds, Number.EPSILON)));
    unkept += executingSeconds;
    if (unkept < ENOUGH * everySeconds) continue;
    await onCheckpoint(reached);
    unkept = 0;
  }
  return { params: reached.params, meanLoss: averaged(reached.losses), steps: task.steps };
}

function beginningOf({ params, layout, slots }: PartedTask): Checkpoint {
  const zeros = Array.from({ length: slots }, () => new Float32Array(layoutLength(layout)));
  return { params, slots: zeros, losses: new Float32Array(0) };
}

/** Whether it may be one of this task. */
function fits({ params, slots, losses }: Checkpoint, task: PartedTask): boolean {
  const length = layoutLength(task.layout);
  const isWhole = [params, ...slots].every((vector) => vector.length === length);
  return isWhole && slots.length === task.slots && losses.length < task.steps;
}

function joined(before: Float32Array, after: Float32Array): Float32Array {
  const all = new Float32Array(before.length + after.length);
  all.set(before);
  all.set(after, before.length);
  return all;
}
