/**
 * Where the time of clients went, read off the ledger.
 *
 * @module
 */
import { cellOf } from "../base/number-table.ts";
import type { Seconds } from "../base/units.ts";
import { type ClientId, clientId } from "../plan/identity.ts";
import { CELL, NONE } from "./account.ts";
import type { Ledger } from "./ledger.ts";

/** Where the time of a client went: the three sum to the seconds of the run. */
export interface ClientTime {
  readonly busySeconds: Seconds;
  /** Online without a task. */
  readonly idleSeconds: Seconds;
  readonly offlineSeconds: Seconds;
}

/** Where the time of each client went up to `now`, in the order of their numbers. */
export function* clientTimes(ledger: Ledger, now: Seconds): Generator<ClientTime> {
  const pending = pendingSeconds(ledger, now);
  for (let id = 0; id < ledger.clients.rows; id++) {
    const client = clientId(id);
    const onlineSince = cellOf(ledger.clients, client, CELL.onlineSince);
    const online = cellOf(ledger.clients, client, CELL.onlineSeconds) + (onlineSince === NONE ? 0 : now - onlineSince);
    const ended = cellOf(ledger.clients, client, CELL.usedSeconds) + cellOf(ledger.clients, client, CELL.wastedSeconds);
    const busySeconds = ended + (pending.get(client) ?? 0);
    yield { busySeconds, idleSeconds: online - busySeconds, offlineSeconds: now - online };
  }
}

/** Seconds that a client has spent on tasks up to `now`, those still pending included. */
export function pendingSeconds(ledger: Ledger, now: Seconds): ReadonlyMap<ClientId, Seconds> {
  const pending = new Map<ClientId, Seconds>();
  const add = (client: ClientId, seconds: Seconds): void => {
    pending.set(client, (pending.get(client) ?? 0) + seconds);
  };
  for (const { client, spent } of ledger.waiting.values()) add(client, spent);
  for (const client of clientsAtWork(ledger)) add(client, now - cellOf(ledger.clients, client, CELL.taskSince));
  return pending;
}

/** How many tasks are out, or were answered and are neither used nor refused. */
export function pendingTasks(ledger: Ledger): number {
  return ledger.waiting.size + clientsAtWork(ledger).length;
}

function clientsAtWork({ clients }: Ledger): readonly ClientId[] {
  return Array.from({ length: clients.rows }, (_, client) => clientId(client)).filter(
    (client) => cellOf(clients, client, CELL.taskOut) !== NONE,
  );
}
