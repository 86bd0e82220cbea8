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

/** A model that clients work on, or have worked on. */
interface ModelOut {
  readonly version: number;
  /** Null once no task is out with it. */
  params: Float32Array | null;
  /** How many tasks are out with it. */
  tasks: number;
}

/** The tasks that are out: plain data. */
export interface OpenTasks {
  /** By client, oldest first: a client works on one at a time. */
  readonly byClient: Map<ClientId, TaskId>;
  /** Oldest first. */
  models: ModelOut[];
  /** By model, the first task that it was given away with since it is out: side by side, for every arrival looks through them. */
  firstTasks: TaskId[];
  /** How many of the models no task is out with: they are taken out together, once they are the most. */
  returned: number;
}

/** No tasks are out. */
export function noOpenTasks(): OpenTasks {
  return { byClient: new Map(), models: [], firstTasks: [], returned: 0 };
}

/** A client, which has no task, is given one with the latest model. */
export function openTask(
  { byClient, models, firstTasks }: OpenTasks,
  client: ClientId,
  task: TaskId,
  model: Model,
): void {
  if (byClient.has(client)) throw new InvariantViolation(`client ${client} is free before it is given task ${task}`);
  byClient.set(client, task);
  const latest = models.at(-1);
  if (latest?.version === model.version && latest.tasks > 0) {
    latest.tasks += 1;
    return;
  }
  models.push({ version: model.version, params: model.params, tasks: 1 });
  firstTasks.push(task);
}

/** The version that a task which is out with a client started from; null where it is not out with it. */
export function versionOut({ byClient, models, firstTasks }: OpenTasks, client: ClientId, task: TaskId): number | null {
  if (byClient.get(client) !== task) return null;
  return present(models[placeOf(firstTasks, task)], "the model of task", task).version;
}

/** A client's task is not out any more. The model that it started from, or null where the client has none. */
export function closeTask(open: OpenTasks, client: ClientId): Model | null {
  const { byClient, models, firstTasks } = open;
  const task = byClient.get(client);
  if (task === undefined) return null;
  byClient.delete(client);
  const model = present(models[placeOf(firstTasks, task)], "the model of task", task);
  const { version, params } = model;
  model.tasks -= 1;
  if (model.tasks === 0) takeBack(open, model);
  return { version, params: present(params, "the parameters of task", task) };
}

/** No task is out with this model any more. */
function takeBack(open: OpenTasks, model: ModelOut): void {
  model.params = null;
  open.returned += 1;
  if (2 * open.returned <= open.models.length) return;
  const { models } = open;
  open.firstTasks = open.firstTasks.filter((_, place) => isOut(models[place]));
  open.models = models.filter(isOut);
  open.returned = 0;
}

function isOut(model: ModelOut | undefined): boolean {
  return model !== undefined && model.tasks > 0;
}

/** No task is out any more. */
export function closeAll(open: OpenTasks): void {
  open.byClient.clear();
  open.models = [];
  open.firstTasks = [];
  open.returned = 0;
}

/** Where the last model stands that was first given away with `task` or before; −1 where there is none. */
function placeOf(firstTasks: readonly TaskId[], task: TaskId): number {
  let [from, to] = [0, firstTasks.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((firstTasks[middle] ?? Infinity) <= task) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
