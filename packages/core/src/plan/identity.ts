/**
 * Identities of clients and tasks: whole numbers that cannot be mixed up.
 *
 * @module
 */
import { InvariantViolation } from "../base/invariant.ts";

declare const clientBrand: unique symbol;
declare const taskBrand: unique symbol;

/** A client: its place in the order in which clients first joined, from 0. */
export type ClientId = number & { readonly [clientBrand]: true };

/** A task: its place in the order in which tasks were assigned, from 0. Never used twice in a run. */
export type TaskId = number & { readonly [taskBrand]: true };

/** The client numbered `id`. Throws InvariantViolation unless it is a whole number ≥ 0. */
export function clientId(id: number): ClientId {
  if (!isClientId(id)) throw new InvariantViolation(`a client is a whole number ≥ 0, got ${id}`);
  return id;
}

/** The task numbered `id`. Throws InvariantViolation unless it is a whole number ≥ 0. */
export function taskId(id: number): TaskId {
  if (!isTaskId(id)) throw new InvariantViolation(`a task is a whole number ≥ 0, got ${id}`);
  return id;
}

function isClientId(id: number): id is ClientId {
  return Number.isSafeInteger(id) && id >= 0;
}

function isTaskId(id: number): id is TaskId {
  return Number.isSafeInteger(id) && id >= 0;
}
