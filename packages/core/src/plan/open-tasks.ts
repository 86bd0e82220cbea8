/**
 * The tasks that are out, and the models that they started from. Of a task no more is kept than its number: tasks are numbered
 * in the order in which they are assigned, so that the model of one is the last that was first given away with it or before.
 *
 * @module
 */
import { InvariantViolation, present } from "../base/invariant.ts";
import type { ClientId, TaskId } from "./identity.ts";

/** A version of the model: what is needed to decode what clients make of it. */
export interface Model {
  readonly version: number;
  readonly params: Float32Array;
}

/** A model that clients work on. */
interface ModelOut extends Model {
  /** The first task that it was given away with since it is out. */
  readonly firstTask: TaskId;
  /** How many tasks are out with it, ≥ 1. */
  tasks: number;
}

/** The tasks that are out: plain data. */
export interface OpenTasks {
  /** By client, oldest first: a client works on one at a time. */
  readonly byClient: Map<ClientId, TaskId>;
  /** Oldest first. */
  readonly models: ModelOut[];
}

/** No tasks are out. */
export function noOpenTasks(): OpenTasks {
  return { byClient: new Map(), models: [] };
}

/** A client, which has no task, is given one with the latest model. */
export function openTask({ byClient, models }: OpenTasks, client: ClientId, task: TaskId, model: Model): void {
  if (byClient.has(client)) throw new InvariantViolation(`client ${client} is free before it is given task ${task}`);
  byClient.set(client, task);
  const latest = models.at(-1);
  if (latest?.version === model.version) latest.tasks += 1;
  else models.push({ version: model.version, params: model.params, firstTask: task, tasks: 1 });
}

/** A client's task is not out any more. The model that it started from, or null where the client has none. */
export function closeTask({ byClient, models }: OpenTasks, client: ClientId): Model | null {
  const task = byClient.get(client);
  if (task === undefined) return null;
  byClient.delete(client);
  const place = placeOf(models, task);
  const model = present(models[place], "the model of task", task);
  model.tasks -= 1;
  if (model.tasks === 0) models.splice(place, 1);
  return model;
}

/** No task is out any more. */
export function closeAll({ byClient, models }: OpenTasks): void {
  byClient.clear();
  models.length = 0;
}

/** Where the last model stands that was first given away with `task` or before; −1 where there is none. */
function placeOf(models: readonly ModelOut[], task: TaskId): number {
  let [from, to] = [0, models.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((models[middle]?.firstTask ?? Infinity) <= task) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
