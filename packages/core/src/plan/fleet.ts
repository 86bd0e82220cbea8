/**
 * The fleet as a strategy sees it, and the book that a driver keeps of it. The book is a function of the events and
 * commands alone, so both clocks keep the same one and a restored run continues with the same one.
 *
 * @module
 */
import { invariant, present } from "../base/invariant.ts";
import type { Seconds } from "../base/units.ts";
import type { ClientProfile, Command, FleetEvent } from "./events.ts";
import type { ClientId, TaskId } from "./identity.ts";

/** What is known of one client. */
export interface ClientRecord {
  readonly id: ClientId;
  readonly profile: ClientProfile;
  readonly online: boolean;
  /** The task it is working on, or null when it is idle. */
  readonly task: TaskId | null;
  readonly timesAsked: number;
  readonly timesAnswered: number;
  /** When it last joined or answered. */
  readonly lastSeen: Seconds;
}

/** The fleet, read-only. Clients are numbered 0 … population − 1 in the order in which they became known. */
export interface FleetView {
  readonly population: number;
  /** Clients that are online and idle. */
  readonly available: number;
  readonly isAvailable: (client: ClientId) => boolean;
  /** Throws InvariantViolation for a client that never joined. */
  readonly client: (client: ClientId) => ClientRecord;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** The book of a fleet: plain data. */
export interface FleetBook {
  readonly clients: Writable<ClientRecord>[];
  available: number;
}

/** The book of a fleet that nobody has joined yet. */
export function emptyBook(): FleetBook {
  return { clients: [], available: 0 };
}

/** `book` as strategies see it: a live view, not a copy. */
export function viewOf(book: FleetBook): FleetView {
  const client = (id: ClientId): ClientRecord => recordOf(book, id);
  return {
    get population() {
      return book.clients.length;
    },
    get available() {
      return book.available;
    },
    isAvailable: (id) => isAvailable(client(id)),
    client,
  };
}

/** Writes down what happened. */
export function noteEvent(book: FleetBook, event: FleetEvent, now: Seconds): void {
  switch (event.kind) {
    case "enrolled":
      return noteEnrolled(book, event.client, event.profile, now);
    case "joined":
      return noteJoined(book, event.client, event.profile, now);
    case "left":
      return change(book, event.client, { online: false, task: null });
    case "update":
    case "failed":
      return noteAnswer(book, event, now);
    case "started":
    case "timer":
    case "transferred":
      return;
  }
}

/** Writes down what was asked for. */
export function noteCommand(book: FleetBook, command: Command): void {
  if (command.kind === "assign") {
    const { client, id } = command.task;
    const record = recordOf(book, client);
    invariant(isAvailable(record), `client ${client} is free before it is given task ${id}`);
    change(book, client, { task: id, timesAsked: record.timesAsked + 1 });
  } else if (command.kind === "recall") {
    if (recordOf(book, command.client).task === command.task) change(book, command.client, { task: null });
  }
}

function noteEnrolled(book: FleetBook, id: ClientId, profile: ClientProfile, now: Seconds): void {
  if (id < book.clients.length) return change(book, id, { profile, lastSeen: now });
  invariant(id === book.clients.length, `clients are numbered in order: ${book.clients.length} is next, got ${id}`);
  book.clients.push({ id, profile, online: false, task: null, timesAsked: 0, timesAnswered: 0, lastSeen: now });
}

/** A client that comes back, with or without having said goodbye, has lost what it was working on. */
function noteJoined(book: FleetBook, id: ClientId, profile: ClientProfile, now: Seconds): void {
  if (id >= book.clients.length) noteEnrolled(book, id, profile, now);
  change(book, id, { online: true, task: null, profile, lastSeen: now });
}

type Answer = FleetEvent & { readonly kind: "update" | "failed" };

/** An answer frees the client only if it answers what the client is working on: late answers of old tasks do not. */
function noteAnswer(book: FleetBook, { kind, client, task }: Answer, now: Seconds): void {
  const record = recordOf(book, client);
  const current = record.task === task ? null : record.task;
  const timesAnswered = record.timesAnswered + Number(kind === "update");
  change(book, client, { task: current, timesAnswered, lastSeen: now });
}

function change(book: FleetBook, id: ClientId, changes: Partial<ClientRecord>): void {
  const record = recordOf(book, id);
  const before = isAvailable(record);
  Object.assign(record, changes);
  book.available += Number(isAvailable(record)) - Number(before);
}

function isAvailable(record: ClientRecord): boolean {
  return record.online && record.task === null;
}

function recordOf(book: FleetBook, id: ClientId): Writable<ClientRecord> {
  return present(book.clients[id], `client ${id}`);
}
