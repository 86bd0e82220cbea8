/**
 * What a run is at, as a function of its journal: the plan's machine, the tasks that are out, the timers that run, the last answers.
 * Nothing here reads a clock, a socket or a file but the blobs of updates.
 *
 * @module
 */
import {
  type ClientId,
  type Command,
  decodePlain,
  encodePlain,
  type FleetEvent,
  invariant,
  type Machine,
  type MachineSetup,
  noTaskNotes,
  noteCommand,
  noteEvent,
  ownState,
  restoreMachine,
  type Seconds,
  startMachine,
  type Task,
  type TaskId,
  type TaskNotes,
} from "@potluck/core";
import type { Acknowledgement, BlobName } from "@potluck/protocol";
import { type Ending, type FailureTally, noteFailure, noteInvalid } from "@potluck/scenario";
import type { Entry, Journaled } from "../store/journal.ts";
import { type AnswerTally, noAnswers, noteAnswers } from "./answer-tally.ts";

/** A timer that the plan has set. */
export interface Timer {
  readonly name: string;
  readonly due: Seconds;
}

/** What a run is at. */
export interface RunState {
  readonly machine: Machine;
  /** The task of each client that has one. */
  readonly open: ReadonlyMap<ClientId, Task>;
  readonly timers: readonly Timer[];
  /** What became of the last answer of each client. */
  readonly answers: ReadonlyMap<ClientId, Acknowledgement>;
  /** The client that each device is. */
  readonly members: ReadonlyMap<string, ClientId>;
  /** The last entry that it has taken in, and its instant. */
  readonly number: number;
  readonly at: Seconds;
  /** When it was started, on the wall clock; null before. */
  readonly started: Seconds | null;
  /** Since when its clock stands still, on the wall clock; null while it goes. */
  readonly pausedSince: Seconds | null;
  /** How long it has stood still before. */
  readonly pausedSeconds: Seconds;
  /** Null while it goes on. */
  readonly ended: { readonly ending: Ending | null } | null;
  /** Why tasks failed and updates were refused as invalid, with how often. */
  readonly failures: FailureTally;
  /** What became of the tasks of a coded run. */
  readonly notes: TaskNotes;
  readonly tally: AnswerTally;
  /** Takes in the next entry. */
  readonly take: (journaled: Journaled) => Taken;
  /** All of it as bytes: the same for the same journal. */
  readonly snapshot: () => Uint8Array;
}

/** What an entry came to. */
export interface Taken {
  /** With the payload of an update; null for an entry that is no event. */
  readonly event: FleetEvent | null;
  /** The open task that an event was about. */
  readonly task: Task | undefined;
  /** What the plan asks for. */
  readonly commands: readonly Command[];
}

/** What a state is made from. */
export interface RunSetup extends MachineSetup {
  /** The bytes of a payload that is a blob; they need not hold beyond the entry that names it. */
  readonly payloadOf: (name: BlobName) => Uint8Array;
}

/** Everything but the machine: plain data. */
interface Desk {
  readonly open: Map<ClientId, Task>;
  timers: readonly Timer[];
  readonly answers: Map<ClientId, Acknowledgement>;
  readonly members: Map<string, ClientId>;
  readonly failures: FailureTally;
  readonly notes: TaskNotes;
  readonly tally: AnswerTally;
  number: number;
  at: Seconds;
  started: Seconds | null;
  /** Both left out of snapshots that were written before runs could be paused. */
  pausedSince?: Seconds | null;
  pausedSeconds?: Seconds;
  ended: RunState["ended"];
}

/** A run of which nothing has happened yet. */
export function newRunState(setup: RunSetup): RunState {
  const nothing = {
    open: new Map(),
    timers: [],
    answers: new Map(),
    members: new Map(),
    failures: new Map(),
    notes: noTaskNotes(),
    tally: noAnswers(),
  };
  return stateOf(setup, startMachine(setup), { ...nothing, number: 0, at: 0, started: null, ended: null });
}

/** The run whose {@link RunState.snapshot} was `snapshot`. */
export function restoredRunState(setup: RunSetup, snapshot: Uint8Array): RunState {
  const { machine, desk } = ownState<{ readonly machine: Uint8Array; readonly desk: Desk }>(decodePlain(snapshot));
  return stateOf(setup, restoreMachine(setup, machine), desk);
}

function stateOf({ payloadOf }: RunSetup, machine: Machine, desk: Desk): RunState {
  return {
    machine,
    open: desk.open,
    answers: desk.answers,
    members: desk.members,
    failures: desk.failures,
    notes: desk.notes,
    tally: desk.tally,
    get timers() {
      return desk.timers;
    },
    get number() {
      return desk.number;
    },
    get at() {
      return desk.at;
    },
    get started() {
      return desk.started;
    },
    get pausedSince() {
      return desk.pausedSince ?? null;
    },
    get pausedSeconds() {
      return desk.pausedSeconds ?? 0;
    },
    get ended() {
      return desk.ended;
    },
    take: ({ number, at, entry }) => {
      invariant(number === desk.number + 1, `entry ${desk.number + 1}, got ${number}`);
      invariant(at >= desk.at, `an instant from ${desk.at} on, got ${at}`);
      desk.number = number;
      desk.at = at;
      return takeIn(desk, machine, { at, entry, payloadOf });
    },
    snapshot: () => encodePlain({ machine: machine.snapshot(), desk }),
  };
}

interface Taking {
  readonly at: Seconds;
  readonly entry: Entry;
  readonly payloadOf: RunSetup["payloadOf"];
}

function takeIn(desk: Desk, machine: Machine, { at, entry, payloadOf }: Taking): Taken {
  if (entry.kind === "ended") desk.ended ??= { ending: entry.ending };
  if (entry.kind === "member") desk.members.set(entry.device, entry.client);
  if (entry.kind === "started") desk.started = entry.wall;
  if (entry.kind === "paused") desk.pausedSince ??= entry.wall;
  if (entry.kind === "resumed") goOn(desk, entry.wall);
  const event = eventOf(entry, payloadOf);
  if (event === null) return { event, task: undefined, commands: [] };
  const task = taskAbout(desk, event);
  noteInDesk(desk, event);
  noteEvent(desk.notes, event, at);
  const commands = machine.handle(at, event);
  noteAnswers(desk.tally, at, event, commands);
  if (event.kind === "update") desk.answers.set(event.client, acknowledgementOf(event.task, commands));
  for (const command of commands) {
    noteCommand(desk.notes, command, at);
    carryOut(desk, command, at);
  }
  return { event, task, commands };
}

/** Its clock goes on: for the plan no time has passed meanwhile. */
function goOn(desk: Desk, wall: Seconds): void {
  desk.pausedSeconds = (desk.pausedSeconds ?? 0) + Math.max(0, wall - (desk.pausedSince ?? wall));
  desk.pausedSince = null;
}

/** What an entry is for the plan; null for nothing. */
function eventOf(entry: Entry, payloadOf: RunSetup["payloadOf"]): FleetEvent | null {
  if (entry.kind === "started") return { kind: "started" };
  if (entry.kind !== "event") return null;
  const { event } = entry;
  if (event.kind !== "update") return event;
  const { payload } = event.update;
  return {
    ...event,
    update: { ...event.update, payload: payload instanceof Uint8Array ? payload : payloadOf(payload) },
  };
}

function taskAbout({ open }: Desk, event: FleetEvent): Task | undefined {
  if (!("task" in event)) return undefined;
  const task = open.get(event.client);
  return task?.id === event.task ? task : undefined;
}

function noteInDesk(desk: Desk, event: FleetEvent): void {
  switch (event.kind) {
    case "left":
      desk.open.delete(event.client);
      return;
    case "failed":
      noteFailure(desk.failures, { reason: event.reason, remedy: "Look at what its device has written." });
      return closeTask(desk, event.client, event.task);
    case "update":
      return closeTask(desk, event.client, event.task);
    case "timer":
      desk.timers = withoutFirst(desk.timers, event.name);
      return;
    case "started":
    case "enrolled":
    case "joined":
    case "transferred":
    case "converted":
      return;
  }
}

function closeTask({ open }: Desk, client: ClientId, task: TaskId): void {
  if (open.get(client)?.id === task) open.delete(client);
}

function withoutFirst(timers: readonly Timer[], name: string): readonly Timer[] {
  const at = timers.findIndex((timer) => timer.name === name);
  return at < 0 ? timers : timers.toSpliced(at, 1);
}

/** What a client is told of its answer, by what the plan did about it. */
function acknowledgementOf(task: TaskId, commands: readonly Command[]): Acknowledgement {
  const refused = commands.find((command) => command.kind === "refuse" && command.task === task);
  if (refused?.kind !== "refuse") return { task, outcome: "accepted", detail: "" };
  return { task, outcome: refused.refusal, detail: refused.detail };
}

function carryOut(desk: Desk, command: Command, at: Seconds): void {
  switch (command.kind) {
    case "assign":
      desk.open.set(command.task.client, command.task);
      return;
    case "recall":
      return closeTask(desk, command.client, command.task);
    case "timer": {
      const timer = { name: command.name, due: at + command.after };
      desk.timers = [...desk.timers, timer].toSorted((a, b) => a.due - b.due);
      return;
    }
    case "finish": {
      const { reason, gaveUp } = command;
      desk.ended ??= { ending: { status: gaveUp ? "stalled" : "finished", reason } };
      return;
    }
    case "refuse":
      if (command.refusal === "invalid") noteInvalid(desk.failures, command.detail);
      return;
    case "publish":
    case "convert":
      return;
  }
}
