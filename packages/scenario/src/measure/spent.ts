/**
 * What bytes are spent on: those of transfers that have arrived.
 *
 * @module
 */
import {
  bytesDown,
  codecFor,
  isTraining,
  type Layout,
  layoutLength,
  type Spending,
  spentOn,
  type Task,
} from "@potluck/core";
import { codecOf } from "@potluck/engine";

/** The bytes of an update, by what its codec has put into them. */
export function spentUp(
  { upload, version }: Pick<Task, "upload" | "version">,
  payload: Uint8Array,
  layout: Layout,
): Spending {
  const codec = codecFor(codecOf(upload), { version, layout });
  return spentOn(codec, payload, layoutLength(layout), layout);
}

/** The bytes that a task sends down, where a model as it is takes `model`. */
export function spentDown(task: Task, model: number): Spending {
  const bytes = bytesDown(task, model);
  if (!isTraining(task)) return { models: bytes };
  const means = task.mean === null ? 0 : model;
  const changes = Object.entries(task.download?.spent ?? {});
  const changed = changes.reduce((sum, [, own]) => sum + own, 0);
  const spending = {
    models: bytes - means - changed,
    "what is remembered": means,
    ...Object.fromEntries(changes.map(([what, own]) => [`changes: ${what}`, own])),
  };
  return Object.fromEntries(Object.entries(spending).filter(([, own]) => own > 0));
}
