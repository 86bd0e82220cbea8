/**
 * The ledger: what a run has cost and whom it has heard, written down event by event. It is a function of the events
 * and commands alone, so a simulation, a live run and a replay keep the same one. The scorecard is read off it.
 *
 * The numbers add up: of every client, busy = used + wasted + pending seconds, and busy ≤ online seconds.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import type { Seconds } from "../base/units.ts";
import type { Command, FleetEvent, Refusal } from "../plan/events.ts";
import type { ClientId, TaskId } from "../plan/identity.ts";

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What one client has given and taken. */
export interface ClientAccount {
  readonly timesAsked: number;
  readonly timesAnswered: number;
  readonly timesUsed: number;
  /** Sum of its shares in the published models; over all clients the sum is the number of versions. */
  readonly contribution: number;
  readonly onlineSeconds: Seconds;
  /** When it last came online, or null while it is offline. */
  readonly onlineSince: Seconds | null;
  /** Time spent on tasks whose update went into a model. */
  readonly usedSeconds: Seconds;
  /** Time spent on tasks that came to nothing. */
  readonly wastedSeconds: Seconds;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** A task that is out, or whose update waits in a window. */
interface PendingTask {
  readonly client: ClientId;
  readonly since: Seconds;
  /** How long it took to the first answer, or null while it is out. */
  readonly spent: Seconds | null;
  /** Answers that were neither used nor refused: more than one if the client answers twice. */
  readonly answers: number;
}

/** The ledger of a run: plain data. */
export interface Ledger {
  readonly clients: Writable<ClientAccount>[];
  readonly pending: Map<TaskId, PendingTask>;
  /** How many used updates had which staleness. */
  readonly staleness: Map<number, number>;
  readonly refused: Record<Refusal, number>;
  recalled: number;
  failed: number;
  versions: number;
  /** Encoded bytes up to the last publication, before anything was sent because of it. */
  publishedBytes: { readonly up: number; readonly down: number };
  /** The size of a model without compression. */
  bytesPerModel: number;
}

/** The ledger before anything happened. */
export function emptyLedger(): Ledger {
  return {
    clients: [],
    pending: new Map(),
    staleness: new Map(),
    refused: { late: 0, abandoned: 0, invalid: 0 },
    recalled: 0,
    failed: 0,
    versions: 0,
    publishedBytes: { up: 0, down: 0 },
    bytesPerModel: 0,
  };
}

/** Writes down what happened. */
export function noteEventInLedger(ledger: Ledger, event: FleetEvent, now: Seconds): void {
  switch (event.kind) {
    case "joined":
      return noteJoined(ledger, event.client, now);
    case "left":
      return noteLeft(ledger, event.client, now);
    case "update": {
      const account = accountOf(ledger, event.client);
      account.timesAnswered += 1;
      account.bytesUp += event.update.payload.byteLength;
      const task = ledger.pending.get(event.task);
      if (task?.client !== event.client) return;
      const answered = { spent: task.spent ?? now - task.since, answers: task.answers + 1 };
      ledger.pending.set(event.task, { ...task, ...answered });
      return;
    }
    case "failed": {
      const task = ledger.pending.get(event.task);
      if (task?.client === event.client && task.spent === null) ledger.failed += Number(waste(ledger, event.task, now));
      return;
    }
    case "started":
    case "timer":
      return;
  }
}

/** Writes down what was asked for. */
export function noteCommandInLedger(ledger: Ledger, command: Command, now: Seconds): void {
  switch (command.kind) {
    case "assign": {
      const { client, id, params } = command.task;
      const account = accountOf(ledger, client);
      account.timesAsked += 1;
      account.bytesDown += params.byteLength;
      ledger.bytesPerModel = params.byteLength;
      ledger.pending.set(id, { client, since: now, spent: null, answers: 0 });
      return;
    }
    case "recall":
      if (waste(ledger, command.task, now)) ledger.recalled += 1;
      return;
    case "refuse":
      ledger.refused[command.refusal] += 1;
      return takeBackAnswer(ledger, command.client, command.task, now);
    case "publish":
      ledger.versions += 1;
      ledger.publishedBytes = bytesSoFar(ledger);
      for (const { client, task, share, staleness } of command.contributions) {
        use(ledger, client, task, share);
        ledger.staleness.set(staleness, (ledger.staleness.get(staleness) ?? 0) + 1);
      }
      return;
    case "timer":
    case "finish":
      return;
  }
}

/** Seconds that a client has spent on tasks up to `now`, those still pending included. */
export function pendingSeconds(ledger: Ledger, now: Seconds): ReadonlyMap<ClientId, Seconds> {
  const pending = new Map<ClientId, Seconds>();
  for (const { client, since, spent } of ledger.pending.values()) {
    pending.set(client, (pending.get(client) ?? 0) + (spent ?? now - since));
  }
  return pending;
}

function bytesSoFar({ clients }: Ledger): Ledger["publishedBytes"] {
  return {
    up: clients.reduce((sum, { bytesUp }) => sum + bytesUp, 0),
    down: clients.reduce((sum, { bytesDown }) => sum + bytesDown, 0),
  };
}

function noteJoined(ledger: Ledger, client: ClientId, now: Seconds): void {
  const known = ledger.clients[client];
  if (known !== undefined) {
    loseTasksOf(ledger, client, now);
    known.onlineSince ??= now;
    return;
  }
  ledger.clients.push({
    timesAsked: 0,
    timesAnswered: 0,
    timesUsed: 0,
    contribution: 0,
    onlineSeconds: 0,
    onlineSince: now,
    usedSeconds: 0,
    wastedSeconds: 0,
    bytesUp: 0,
    bytesDown: 0,
  });
}

function noteLeft(ledger: Ledger, client: ClientId, now: Seconds): void {
  loseTasksOf(ledger, client, now);
  const account = accountOf(ledger, client);
  account.onlineSeconds += account.onlineSince === null ? 0 : now - account.onlineSince;
  account.onlineSince = null;
}

/** Tasks that are still out are lost with their client; updates that wait in a window are not. */
function loseTasksOf(ledger: Ledger, client: ClientId, now: Seconds): void {
  for (const [id, task] of ledger.pending) {
    if (task.client === client && task.spent === null) ledger.failed += Number(waste(ledger, id, now));
  }
}

/** A refused answer wastes its task, unless the client answered before and that answer waits in a window. */
function takeBackAnswer(ledger: Ledger, client: ClientId, id: TaskId, now: Seconds): void {
  const task = ledger.pending.get(id);
  if (task?.client !== client) return;
  if (task.answers > 1) ledger.pending.set(id, { ...task, answers: task.answers - 1 });
  else waste(ledger, id, now);
}

function waste(ledger: Ledger, id: TaskId, now: Seconds): boolean {
  const task = ledger.pending.get(id);
  if (task === undefined) return false;
  accountOf(ledger, task.client).wastedSeconds += task.spent ?? now - task.since;
  return ledger.pending.delete(id);
}

function use(ledger: Ledger, client: ClientId, id: TaskId, share: number): void {
  const account = accountOf(ledger, client);
  account.timesUsed += 1;
  account.contribution += share;
  account.usedSeconds += ledger.pending.get(id)?.spent ?? 0;
  ledger.pending.delete(id);
}

function accountOf(ledger: Ledger, client: ClientId): Writable<ClientAccount> {
  return present(ledger.clients[client], `the account of client ${client}`);
}
