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
  ownState,
  restoreMachine,
  type Seconds,
  startMachine,
  type Task,
  type TaskId,
} from "@potluck/core";
import type { Acknowledgement, BlobName } from "@potluck/protocol";
import type { Ending } from "@potluck/scenario";
import type { Entry, Journaled } from "../store/journal.ts";

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
  readonly isStarted: boolean;
  /** Null while it goes on. */
  readonly ended: { readonly ending: Ending | null } | null;
  /** Takes in the next entry; what the plan asks for. */
  readonly take: (journaled: Journaled) => readonly Command[];
  /** All of it as bytes: the same for the same journal. */
  readonly snapshot: () => Uint8Array;
}

/** What a state is made from. */
export interface RunSetup extends MachineSetup {
  /** The bytes of the payload of an update. */
  readonly payloadOf: (name: BlobName) => Uint8Array;
}

/** Everything but the machine: plain data. */
interface Desk {
  readonly open: Map<ClientId, Task>;
  timers: readonly Timer[];
  readonly answers: Map<ClientId, Acknowledgement>;
  readonly members: Map<string, ClientId>;
  number: number;
  at: Seconds;
  isStarted: boolean;
  ended: RunState["ended"];
}

/** A run of which nothing has happened yet. */
export function newRunState(setup: RunSetup): RunState {
  const nothing = { open: new Map(), timers: [], answers: new Map(), members: new Map() };
  return stateOf(setup, startMachine(setup), { ...nothing, number: 0, at: 0, isStarted: false, ended: null });
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
    get timers() {
      return desk.timers;
    },
    get number() {
      return desk.number;
    },
    get at() {
      return desk.at;
    },
    get isStarted() {
      return desk.isStarted;
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

function takeIn(desk: Desk, machine: Machine, { at, entry, payloadOf }: Taking): readonly Command[] {
  if (entry.kind === "ended") desk.ended ??= { ending: entry.ending };
  if (entry.kind === "member") desk.members.set(entry.device, entry.client);
  if (entry.kind !== "event") return [];
  const event = eventOf(entry.event, payloadOf);
  noteEvent(desk, event);
  const commands = machine.handle(at, event);
  if (event.kind === "update") desk.answers.set(event.client, acknowledgementOf(event.task, commands));
  for (const command of commands) noteCommand(desk, command, at);
  return commands;
}

function eventOf(event: (Entry & { readonly kind: "event" })["event"], payloadOf: RunSetup["payloadOf"]): FleetEvent {
  if (event.kind !== "update") return event;
  return { ...event, update: { ...event.update, payload: payloadOf(event.update.payload) } };
}

function noteEvent(desk: Desk, event: FleetEvent): void {
  switch (event.kind) {
    case "started":
      desk.isStarted = true;
      return;
    case "left":
      desk.open.delete(event.client);
      return;
    case "update":
    case "failed":
      if (desk.open.get(event.client)?.id === event.task) desk.open.delete(event.client);
      return;
    case "timer":
      desk.timers = withoutFirst(desk.timers, event.name);
      return;
    case "enrolled":
    case "joined":
    case "transferred":
    case "converted":
      return;
  }
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

function noteCommand(desk: Desk, command: Command, at: Seconds): void {
  switch (command.kind) {
    case "assign":
      desk.open.set(command.task.client, command.task);
      return;
    case "recall":
      if (desk.open.get(command.client)?.id === command.task) desk.open.delete(command.client);
      return;
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
    case "publish":
    case "refuse":
    case "convert":
      return;
  }
}
