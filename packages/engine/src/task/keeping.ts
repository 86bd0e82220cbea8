/**
 * What clients keep between their tasks, as the feedback of a plan has it.
 *
 * @module
 */
import {
  type ClientId,
  type Feedback,
  type Kept,
  type Layout,
  tensorOf,
  type TaskId,
  type TrainingTask,
} from "@potluck/core";
import { feedbackOf } from "./made-once.ts";

/** What clients keep. */
export interface Keeping {
  /** By client: plain data. */
  readonly all: ReadonlyMap<ClientId, Kept>;
  /** What a client has for a task. */
  readonly for: (task: TrainingTask) => Provision;
  /** The answer to a task has arrived: its client keeps this, unless the answer is refused. */
  readonly keep: (task: TrainingTask, kept: Kept | null) => void;
  /** The answer to a task was not taken in: its client keeps what it kept before, if no other has arrived since. */
  readonly undo: (task: TaskId) => void;
}

/** What a client has for a task beside the model. */
export interface Provision {
  readonly feedback: Feedback;
  readonly kept: Kept | null;
  /** What is added to the parameters after every step; null for nothing. */
  readonly drift: Float32Array | null;
}

/** What clients keep, `given` to begin with; steps move only what is `trained` by gradients. */
export function keepingOf(given: ReadonlyMap<ClientId, Kept>, trained: Layout): Keeping {
  const all = new Map(given);
  let last: { readonly task: TaskId; readonly client: ClientId; readonly before: Kept | undefined } | null = null;
  return {
    all,
    for: (task) => {
      const feedback = feedbackOf(task.feedback);
      const kept = all.get(task.client) ?? null;
      const drift = feedback.drift?.({ kept, mean: task.mean }) ?? null;
      return { feedback, kept, drift: drift === null ? null : onlyIn(trained, drift) };
    },
    keep: ({ id, client }, kept) => {
      last = { task: id, client, before: all.get(client) };
      if (kept !== null) all.set(client, kept);
    },
    undo: (task) => {
      if (last?.task !== task) return;
      const { client, before } = last;
      if (before === undefined) all.delete(client);
      else all.set(client, before);
      last = null;
    },
  };
}

/** `values` where a layout has its tensors, 0 elsewhere: the same vector where that is everywhere. */
function onlyIn(layout: Layout, values: Float32Array): Float32Array {
  // Tensors may be missing between others, so that where the last one ends does not say how many numbers there are.
  const covered = layout.reduce((sum, { length }) => sum + length, 0);
  if (covered === values.length) return values;
  const rest = new Float32Array(values.length);
  for (const slot of layout) rest.set(tensorOf(values, slot), slot.offset);
  return rest;
}
