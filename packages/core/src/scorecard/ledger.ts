/**
 * The ledger: what a run has cost and whom it has heard, written down event by event. It is a function of the events
 * and commands alone, so a simulation, a live run and a replay keep the same one. The scorecard is read off it.
 *
 * The numbers add up: of every client, busy = used + wasted + pending seconds, and busy + idle + offline = the seconds of
 * the run; of all bytes that were sent, each arrived or was lost.
 *
 * @module
 */
import { addRow, addToCell, cellOf, emptyTable, type NumberTable, setCell } from "../base/number-table.ts";
import type { Seconds } from "../base/units.ts";
import type { ClientProfile, Command, FleetEvent, Joined, Refusal, Transferred } from "../plan/events.ts";
import { type ClientId, clientId, type TaskId, taskId } from "../plan/identity.ts";
import { type Task, vectorsIn } from "../plan/task.ts";
import { CELL, type ClientAccount, NONE } from "./account.ts";
import { addVoice, noteVoices, noVoices, voiceOf, type Voices } from "./voices.ts";

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** A task that was answered, and whose update waits in a window. */
interface WaitingTask {
  readonly client: ClientId;
  /** How long it took to the first answer. */
  readonly spent: Seconds;
  /** Answers that were neither used nor refused: more than one if the client answers twice. */
  answers: number;
}

/** Encoded bytes that went up from clients and down to them, and those of each whose transfer was cut off. */
export interface Traffic {
  readonly up: number;
  readonly down: number;
  readonly lostUp: number;
  readonly lostDown: number;
}

/** The ledger of a run: plain data. */
export interface Ledger {
  /** One row for each client, its numbers in the order of {@link CELL}; {@link accountOf} reads them. */
  readonly clients: NumberTable;
  readonly voices: Voices;
  /** Tasks are pending while they are out, which stands in the rows of their clients, and while their updates wait. */
  readonly waiting: Map<TaskId, WaitingTask>;
  /** Updates that have gone into a model, each counted once. */
  used: number;
  /** How often an update of which staleness went into a model: more than once where one answer is of several. */
  readonly staleness: Map<number, number>;
  readonly refused: Record<Refusal, number>;
  recalled: number;
  failed: number;
  versions: number;
  /** All training examples of the clients that are known. */
  examples: number;
  /** Sum over the published versions of 1 ÷ all examples at each: what one example has had in the shares of data. */
  shareOfExample: number;
  /** What went over the links of all clients. */
  readonly bytes: Writable<Traffic>;
  /** The same at the last publication, before anything was sent because of it. */
  publishedBytes: Traffic;
  /** The size of a model without compression. */
  bytesPerModel: number;
  /** Vectors as long as a model that answers were made of. */
  vectorsAnswered: number;
  /** How many vectors each of the last tasks is to answer with that asked for several. */
  readonly several: Map<TaskId, number>;
}

/**
 * Of so many tasks for each client that ask for several vectors it is remembered for how many: of the one that it is at, and of those
 * that were called back when their answers were on their way.
 */
const SEVERAL_PER_CLIENT = 4;

/** The account of a client. Throws InvariantViolation for one that is not known. */
export function accountOf(ledger: Ledger, client: ClientId): ClientAccount {
  const { clients } = ledger;
  const cell = (name: keyof typeof CELL): number => cellOf(clients, client, CELL[name]);
  const [onlineSince, taskOut] = [cell("onlineSince"), cell("taskOut")];
  return {
    timesAsked: cell("timesAsked"),
    timesAnswered: cell("timesAnswered"),
    timesUsed: cell("timesUsed"),
    ...voiceOf(ledger.voices, client),
    onlineSeconds: cell("onlineSeconds"),
    onlineSince: onlineSince === NONE ? null : onlineSince,
    usedSeconds: cell("usedSeconds"),
    wastedSeconds: cell("wastedSeconds"),
    bytesUp: cell("bytesUp"),
    bytesDown: cell("bytesDown"),
    bytesLost: cell("bytesLost"),
    taskOut: taskOut === NONE ? null : taskId(taskOut),
    examples: cell("examples"),
    dataShare: dataShareOf(ledger, client),
  };
}

/** The accounts of all clients, in the order of their numbers. */
export function accountsOf(ledger: Ledger): readonly ClientAccount[] {
  return Array.from({ length: ledger.clients.rows }, (_, client) => accountOf(ledger, clientId(client)));
}

/** What of an account is a number, and never null. */
type NumberName = Exclude<keyof ClientAccount, "onlineSince" | "taskOut">;

/**
 * One number of each account, in the order of the clients' numbers: {@link accountsOf} would make an object for each of a
 * million clients.
 */
export function columnOf(ledger: Ledger, name: NumberName): readonly number[] {
  return Array.from({ length: ledger.clients.rows }, (_, client) => numberOf(ledger, clientId(client), name));
}

/** One number of the account of a client. Throws InvariantViolation for one that is not known. */
export function numberOf(ledger: Ledger, client: ClientId, name: NumberName): number {
  if (name === "dataShare") return dataShareOf(ledger, client);
  if (name === "contribution" || name === "pull" || name === "squaredPull") return voiceOf(ledger.voices, client)[name];
  return cellOf(ledger.clients, client, CELL[name]);
}

/** The ledger before anything happened. */
export function emptyLedger(): Ledger {
  return {
    clients: emptyTable("the account of client", Object.keys(CELL).length),
    voices: noVoices(),
    waiting: new Map(),
    used: 0,
    staleness: new Map(),
    refused: { late: 0, abandoned: 0, invalid: 0 },
    recalled: 0,
    failed: 0,
    versions: 0,
    examples: 0,
    shareOfExample: 0,
    bytes: { up: 0, down: 0, lostUp: 0, lostDown: 0 },
    publishedBytes: { up: 0, down: 0, lostUp: 0, lostDown: 0 },
    bytesPerModel: 0,
    vectorsAnswered: 0,
    several: new Map(),
  };
}

/** Writes down what happened. */
export function noteEventInLedger(ledger: Ledger, event: FleetEvent, now: Seconds): void {
  switch (event.kind) {
    case "enrolled":
      return noteEnrolled(ledger, event.client, event.profile);
    case "joined":
      return noteJoined(ledger, event, now);
    case "transferred":
      return noteTransferred(ledger, event);
    case "left":
      return noteLeft(ledger, event.client, now);
    case "update":
      return noteAnswer(ledger, event, now);
    case "failed":
      if (isOut(ledger, event.client, event.task)) loseTaskOf(ledger, event.client, now);
      return;
    case "started":
    case "timer":
    case "converted":
      return;
  }
}

/** Writes down what was asked for. */
export function noteCommandInLedger(ledger: Ledger, command: Command, now: Seconds): void {
  switch (command.kind) {
    case "assign": {
      const { client, id, params } = command.task;
      noteVectors(ledger, command.task);
      addToCell(ledger.clients, client, CELL.timesAsked, 1);
      setCell(ledger.clients, client, CELL.taskOut, id);
      setCell(ledger.clients, client, CELL.taskSince, now);
      ledger.bytesPerModel = params.byteLength;
      return;
    }
    case "recall":
      if (waste(ledger, command.client, command.task, now)) ledger.recalled += 1;
      return;
    case "refuse":
      ledger.refused[command.refusal] += 1;
      return takeBackAnswer(ledger, command.client, command.task, now);
    case "publish":
      ledger.versions += 1;
      if (ledger.examples > 0) ledger.shareOfExample += 1 / ledger.examples;
      ledger.publishedBytes = { ...ledger.bytes };
      noteVoices(ledger.voices, command);
      for (const { client, task, staleness } of command.contributions) {
        use(ledger, client, task);
        ledger.staleness.set(staleness, (ledger.staleness.get(staleness) ?? 0) + 1);
      }
      return;
    case "timer":
    case "convert":
    case "finish":
      return;
  }
}

function noteVectors({ several, clients }: Ledger, task: Task): void {
  const vectors = vectorsIn(task);
  if (vectors === 1) return;
  several.set(task.id, vectors);
  const [oldest] = several.keys();
  if (several.size > SEVERAL_PER_CLIENT * clients.rows && oldest !== undefined) several.delete(oldest);
}

function noteTransferred(ledger: Ledger, { client, direction, bytes, complete }: Transferred): void {
  const { bytes: all } = ledger;
  if (direction === "up") {
    addToCell(ledger.clients, client, CELL.bytesUp, bytes);
    all.up += bytes;
    if (!complete) all.lostUp += bytes;
  } else {
    addToCell(ledger.clients, client, CELL.bytesDown, bytes);
    all.down += bytes;
    if (!complete) all.lostDown += bytes;
  }
  if (!complete) addToCell(ledger.clients, client, CELL.bytesLost, bytes);
}

function noteEnrolled(ledger: Ledger, client: ClientId, { examples }: ClientProfile): void {
  if (client >= ledger.clients.rows) {
    addRow(ledger.clients);
    addVoice(ledger.voices);
    setCell(ledger.clients, client, CELL.onlineSince, NONE);
    setCell(ledger.clients, client, CELL.taskOut, NONE);
  }
  const before = cellOf(ledger.clients, client, CELL.examples);
  if (examples === before) return;
  setCell(ledger.clients, client, CELL.dataShare, dataShareOf(ledger, client));
  setCell(ledger.clients, client, CELL.shareSince, ledger.shareOfExample);
  setCell(ledger.clients, client, CELL.examples, examples);
  ledger.examples += examples - before;
}

/** What its examples have had in the shares of data: what was written down at their last change, and what came since. */
function dataShareOf({ clients, shareOfExample }: Ledger, client: ClientId): number {
  const since = shareOfExample - cellOf(clients, client, CELL.shareSince);
  return cellOf(clients, client, CELL.dataShare) + cellOf(clients, client, CELL.examples) * since;
}

function noteJoined(ledger: Ledger, { client, profile }: Joined, now: Seconds): void {
  noteEnrolled(ledger, client, profile);
  loseTaskOf(ledger, client, now);
  if (cellOf(ledger.clients, client, CELL.onlineSince) === NONE) setCell(ledger.clients, client, CELL.onlineSince, now);
}

function noteLeft(ledger: Ledger, client: ClientId, now: Seconds): void {
  loseTaskOf(ledger, client, now);
  const onlineSince = cellOf(ledger.clients, client, CELL.onlineSince);
  if (onlineSince !== NONE) addToCell(ledger.clients, client, CELL.onlineSeconds, now - onlineSince);
  setCell(ledger.clients, client, CELL.onlineSince, NONE);
}

/** A task that is still out is lost with its client; updates that wait in a window are not. */
function loseTaskOf(ledger: Ledger, client: ClientId, now: Seconds): void {
  const taskOut = cellOf(ledger.clients, client, CELL.taskOut);
  if (taskOut !== NONE) ledger.failed += Number(waste(ledger, client, taskId(taskOut), now));
}

type Answer = FleetEvent & { readonly kind: "update" };

/** The first answer of a task that is out ends it. */
function noteAnswer(ledger: Ledger, { client, task }: Answer, now: Seconds): void {
  addToCell(ledger.clients, client, CELL.timesAnswered, 1);
  ledger.vectorsAnswered += ledger.several.get(task) ?? 1;
  if (isOut(ledger, client, task)) {
    ledger.waiting.set(task, { client, spent: endTaskOf(ledger, client, now), answers: 1 });
    return;
  }
  const waiting = ledger.waiting.get(task);
  if (waiting?.client === client) waiting.answers += 1;
}

/** A refused answer wastes its task, unless the client answered before and that answer waits in a window. */
function takeBackAnswer(ledger: Ledger, client: ClientId, id: TaskId, now: Seconds): void {
  const waiting = ledger.waiting.get(id);
  if (waiting?.client === client && waiting.answers > 1) waiting.answers -= 1;
  else waste(ledger, client, id, now);
}

/** Counts the time of a task that has come to nothing; whether it was pending. */
function waste(ledger: Ledger, client: ClientId, id: TaskId, now: Seconds): boolean {
  const waiting = ledger.waiting.get(id);
  if (waiting?.client === client) {
    addToCell(ledger.clients, client, CELL.wastedSeconds, waiting.spent);
    return ledger.waiting.delete(id);
  }
  if (!isOut(ledger, client, id)) return false;
  addToCell(ledger.clients, client, CELL.wastedSeconds, endTaskOf(ledger, client, now));
  return true;
}

/** A task is used once, though the answer to it may go into several models. */
function use(ledger: Ledger, client: ClientId, id: TaskId): void {
  const waiting = ledger.waiting.get(id);
  if (waiting === undefined) return;
  ledger.used += 1;
  addToCell(ledger.clients, client, CELL.timesUsed, 1);
  addToCell(ledger.clients, client, CELL.usedSeconds, waiting.spent);
  ledger.waiting.delete(id);
}

/** Whether `client` is working on this task. */
function isOut({ clients }: Ledger, client: ClientId, task: TaskId): boolean {
  return cellOf(clients, client, CELL.taskOut) === task;
}

/** `client` does not work on its task any more: how long it did. */
function endTaskOf({ clients }: Ledger, client: ClientId, now: Seconds): Seconds {
  setCell(clients, client, CELL.taskOut, NONE);
  return now - cellOf(clients, client, CELL.taskSince);
}
