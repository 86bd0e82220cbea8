/**
 * The fleet as a strategy sees it, and the book that a driver keeps of it. The book is a function of the events and
 * commands alone, so both clocks keep the same one and a restored run continues with the same one.
 *
 * @module
 */
import { InvariantViolation, present } from "../base/invariant.ts";
import { addRow, cellOf, emptyTable, type NumberTable, setCell } from "../base/number-table.ts";
import type { Seconds } from "../base/units.ts";
import { CELL as ACCOUNT } from "../scorecard/account.ts";
import type { Ledger } from "../scorecard/ledger.ts";
import type { ClientProfile, Command, FleetEvent } from "./events.ts";
import { type ClientId, clientId, type TaskId, taskId } from "./identity.ts";

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
  /** All training examples that its clients claim. */
  readonly examples: number;
  /** Clients that are online and idle. */
  readonly available: number;
  readonly isAvailable: (client: ClientId) => boolean;
  /** Those that are available, in the order of their numbers. */
  readonly availableClients: () => readonly ClientId[];
  /** Throws InvariantViolation for a client that never joined. */
  readonly client: (client: ClientId) => ClientRecord;
}

/** The book of a fleet: plain data. */
export interface FleetBook {
  /** One row for each client, its numbers in the order of {@link CELL}. */
  readonly clients: NumberTable;
  /** The tiers that occur; a row has the place of its own in this list. */
  readonly tiers: string[];
  /** The first `available` are the clients that are available, in no order; room for more behind them. */
  free: Uint32Array;
  available: number;
}

/** Where the numbers of a record stand in its row. */
const CELL = { presence: 0, lastSeen: 1, tier: 2 } as const;

/**
 * What stands in a row for the presence of a client: of one that is available, its place among the free; of one that works
 * on task t, −2 − t.
 */
const OFFLINE = -1;
const WORKING_ON_FIRST = -2;

/** The book of a fleet that nobody has joined yet. */
export function emptyBook(): FleetBook {
  return {
    clients: emptyTable("client", Object.keys(CELL).length),
    tiers: [],
    free: new Uint32Array(1),
    available: 0,
  };
}

/** `book` as strategies see it, with what its `ledger` has counted: a live view, not a copy. */
export function viewOf(book: FleetBook, ledger: Ledger): FleetView {
  return {
    get population() {
      return book.clients.rows;
    },
    get examples() {
      return ledger.examples;
    },
    get available() {
      return book.available;
    },
    isAvailable: (id) => isAvailable(book, id),
    availableClients: () => availableIn(book),
    client: (id) => recordOf(book, ledger, id),
  };
}

/** `fleet` as if those `except`, each of which is available, were not: a live view. */
export function fleetWithout(fleet: FleetView, except: Pick<ReadonlySet<ClientId>, "has" | "size">): FleetView {
  return {
    get population() {
      return fleet.population;
    },
    get examples() {
      return fleet.examples;
    },
    get available() {
      return fleet.available - except.size;
    },
    isAvailable: (id) => fleet.isAvailable(id) && !except.has(id),
    availableClients: () => fleet.availableClients().filter((id) => !except.has(id)),
    client: fleet.client,
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
      return setPresence(book, event.client, OFFLINE);
    case "update":
    case "failed":
      return noteAnswer(book, event, now);
    case "started":
    case "timer":
    case "transferred":
    case "converted":
      return;
  }
}

/** Writes down what was asked for. */
export function noteCommand(book: FleetBook, command: Command): void {
  if (command.kind === "assign") {
    const { client, id } = command.task;
    if (!isAvailable(book, client)) {
      throw new InvariantViolation(`client ${client} is free before it is given task ${id}`);
    }
    setPresence(book, client, WORKING_ON_FIRST - id);
  } else if (command.kind === "recall") noteDone(book, command.client, command.task);
}

function noteEnrolled(book: FleetBook, id: ClientId, { tier }: ClientProfile, now: Seconds): void {
  const { rows } = book.clients;
  if (id > rows) throw new InvariantViolation(`clients are numbered in order: ${rows} is next, got ${id}`);
  if (id === rows) {
    addRow(book.clients);
    setCell(book.clients, id, CELL.presence, OFFLINE);
  }
  setCell(book.clients, id, CELL.tier, placeOfTier(book, tier));
  setCell(book.clients, id, CELL.lastSeen, now);
}

function placeOfTier({ tiers }: FleetBook, tier: string): number {
  const known = tiers.indexOf(tier);
  return known === -1 ? tiers.push(tier) - 1 : known;
}

/** A client that comes back, with or without having said goodbye, has lost what it was working on. */
function noteJoined(book: FleetBook, id: ClientId, profile: ClientProfile, now: Seconds): void {
  noteEnrolled(book, id, profile, now);
  setFree(book, id);
}

type Answer = FleetEvent & { readonly kind: "update" | "failed" };

/** An answer frees the client only if it answers what the client is working on: late answers of old tasks do not. */
function noteAnswer(book: FleetBook, { client, task }: Answer, now: Seconds): void {
  setCell(book.clients, client, CELL.lastSeen, now);
  noteDone(book, client, task);
}

/** `client` does not work on this task any more. */
function noteDone(book: FleetBook, client: ClientId, task: TaskId): void {
  if (taskOf(book, client) === task) setFree(book, client);
}

/** Writes down that a client is not available, and why. */
function setPresence(book: FleetBook, client: ClientId, presence: number): void {
  if (isAvailable(book, client)) takeAway(book, client);
  setCell(book.clients, client, CELL.presence, presence);
}

function setFree(book: FleetBook, client: ClientId): void {
  if (isAvailable(book, client)) takeAway(book, client);
  putBeside(book, client);
}

/** The last of the free takes the place of the one that is not free any more. */
function takeAway(book: FleetBook, client: ClientId): void {
  const place = cellOf(book.clients, client, CELL.presence);
  book.available -= 1;
  const last = present(book.free[book.available], "the last client that is free");
  book.free[place] = last;
  setCell(book.clients, last, CELL.presence, place);
}

/** For how many more free clients there is room at least when there has to be more; many get a quarter more. */
const MIN_ROOM = 16;

function putBeside(book: FleetBook, client: ClientId): void {
  if (book.available === book.free.length) {
    const larger = new Uint32Array(book.free.length + Math.max(MIN_ROOM, book.free.length >>> 2));
    larger.set(book.free);
    book.free = larger;
  }
  book.free[book.available] = client;
  setCell(book.clients, client, CELL.presence, book.available);
  book.available += 1;
}

/** The task that a client works on, or null. */
function taskOf(book: FleetBook, client: ClientId): TaskId | null {
  const presence = cellOf(book.clients, client, CELL.presence);
  return presence <= WORKING_ON_FIRST ? taskId(WORKING_ON_FIRST - presence) : null;
}

function isOnline(book: FleetBook, client: ClientId): boolean {
  return cellOf(book.clients, client, CELL.presence) !== OFFLINE;
}

function isAvailable(book: FleetBook, client: ClientId): boolean {
  return cellOf(book.clients, client, CELL.presence) >= 0;
}

function availableIn({ free, available }: FleetBook): readonly ClientId[] {
  // Most often one is free, or none.
  const sorted = available > 1 ? free.slice(0, available).sort() : free;
  const clients: ClientId[] = [];
  for (let place = 0; place < available; place++) clients.push(clientId(sorted[place] ?? 0));
  return clients;
}

function recordOf(book: FleetBook, ledger: Ledger, id: ClientId): ClientRecord {
  return {
    id,
    profile: {
      tier: present(book.tiers[cellOf(book.clients, id, CELL.tier)], "the tier of client", id),
      examples: cellOf(ledger.clients, id, ACCOUNT.examples),
    },
    online: isOnline(book, id),
    task: taskOf(book, id),
    timesAsked: cellOf(ledger.clients, id, ACCOUNT.timesAsked),
    timesAnswered: cellOf(ledger.clients, id, ACCOUNT.timesAnswered),
    lastSeen: cellOf(book.clients, id, CELL.lastSeen),
  };
}
