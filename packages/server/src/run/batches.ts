/**
 * Events of a run in batches that can be written down together.
 *
 * @module
 */
import type { ClientId, TaskId } from "@potluck/core";
import type { Entry, HostedEvent } from "../store/journal.ts";
import type { RunState } from "./run-state.ts";

/** What batches are made at. */
export interface BatchDesk {
  readonly state: RunState;
  readonly listener: {
    /** Hears of an update that comes too late. */
    readonly onAnswered: (client: ClientId, task: TaskId) => void;
  };
}

/**
 * Events that can be written down together, and acted on one after another: no two of them end the task of the same client. Those that
 * come too late are left out.
 */
export function* batchesOf(events: readonly HostedEvent[], desk: BatchDesk): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  const done = new Set<ClientId>();
  for (const event of events) {
    const isEnd = event.kind === "update" || event.kind === "failed" || event.kind === "left";
    if ("client" in event && done.has(event.client)) {
      yield batch;
      batch = [];
      done.clear();
    }
    if (!isTimely(desk, event)) continue;
    if (isEnd) done.add(event.client);
    batch.push({ kind: "event", event });
  }
  if (batch.length > 0) yield batch;
}

/** Whether an event is about a client that is there, and its task. An update that is not is answered as far as is known. */
function isTimely({ state, listener }: BatchDesk, event: HostedEvent): boolean {
  if (event.kind === "left") return isThere(state, event.client);
  if (!("task" in event)) return true;
  if (state.open.get(event.client)?.id === event.task) return true;
  if (event.kind === "update") listener.onAnswered(event.client, event.task);
  return false;
}

/** Whether a client is known and there. */
export function isThere({ machine: { fleet } }: RunState, client: ClientId): boolean {
  return client < fleet.population && fleet.client(client).online;
}
