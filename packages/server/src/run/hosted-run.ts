/**
 * A run that a coordinator hosts: what happens to it is journalled, then handed to the plan, then acted on.
 *
 * Whatever is acted on (a task sent, an answer acknowledged) follows from entries that are durable. Killed at any instant, a
 * coordinator that starts again reads the journal, comes to the same state, and acts on what is still open.
 *
 * @module
 */
import {
  clientId,
  type ClientId,
  type ClientProfile,
  type Command,
  Fault,
  type FleetEvent,
  type Seconds,
  type TaskId,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { endingAfter, type Ending, invertsUpdates, type Progress } from "@potluck/scenario";
import type { Blobs } from "../store/blobs.ts";
import type { Entry, Journal, Journaled } from "../store/journal.ts";
import { type Measurer, measurerOf, type MeasurementStore, type TrainedStage } from "./measurer.ts";
import { type HostClock, runClock } from "./run-clock.ts";
import { newRunState, restoredRunState, type RunSetup, type RunState } from "./run-state.ts";

/** Who hears of a run. */
export interface RunListener {
  /** What the plan asks for, once what led to it is durable. */
  readonly onCommand: (command: Command) => void;
  /** An answer was dealt with: {@link RunState.answers} says how. */
  readonly onAnswered: (client: ClientId, task: TaskId) => void;
  readonly onEnded: () => void;
}

/** What is hosted, and with what. */
export interface HostOptions {
  readonly stage: TrainedStage;
  /** When the run was created, on the wall clock. */
  readonly created: Seconds;
  readonly clock: HostClock;
  readonly journal: Journal;
  readonly blobs: Blobs;
  readonly snapshots: SnapshotStore;
  readonly measurements: MeasurementStore;
  /** The run begins once so many clients are there, ≥ 1. */
  readonly startClients: number;
  /** Hears of every measurement. */
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** Where the last snapshot of a run is kept. */
export interface SnapshotStore {
  readonly load: () => Uint8Array | null;
  readonly save: (number: number, snapshot: Uint8Array) => void;
}

/** A run that is hosted. */
export interface HostedRun {
  readonly state: RunState;
  readonly measurer: Measurer;
  readonly now: () => Seconds;
  /** Journals what has happened, and acts on it. Does nothing once the run has ended. */
  readonly happened: (...events: readonly HostedEvent[]) => void;
  /** Ends it from outside; null is an interruption for good. */
  readonly end: (ending: Ending | null) => void;
  /** A device is there: for the first time, with a new number, or again. */
  readonly joined: (device: string, profile: ClientProfile) => void;
  /** Stops its timers and writes a snapshot. What is being measured goes on. */
  readonly close: () => Promise<void>;
}

/** What a run may be told; the payload of an update is a blob. */
export type HostedEvent = (Entry & { readonly kind: "event" })["event"];

/** After so many entries a snapshot is written, so that a restart reads no more of the journal. */
const ENTRIES_PER_SNAPSHOT = 2000;

/** Takes a run up where its journal ends. Throws Fault "plan-contradiction" for plans that convert updates. */
export async function hostRun(options: HostOptions, listener: RunListener): Promise<HostedRun> {
  const { stage, journal, clock, created, measurements } = options;
  if (invertsUpdates(stage.scenario)) {
    const message = 'the plan has the server invert updates (conversion "gradient-inversion")';
    throw new Fault("plan-contradiction", `${message}, which a coordinator does not do yet`, 'Use conversion "none".');
  }
  const seconds = (): Seconds => clock.wall() - created;
  const measurer = measurerOf(stage, measurements, { onProgress: options.onProgress, seconds });
  const { state, replayed } = caughtUp(options, measurer);
  const now = runClock(clock, created, state.at);
  const host: Host = {
    options,
    listener,
    measurer,
    state,
    journal,
    now,
    cancel: null,
    sinceSnapshot: replayed,
    isClosed: false,
  };
  wind(host);
  measure(host);
  return {
    state,
    measurer,
    now,
    happened: (...events) =>
      write(
        host,
        events.map((event): Entry => ({ kind: "event", event })),
      ),
    end: (ending) => write(host, [{ kind: "ended", ending }]),
    joined: (device, profile) => {
      const known = state.members.get(device);
      const client = known ?? clientId(state.members.size);
      // Devices do not tell yet what they hold: none is taken to hold anything of what it was sent before.
      const joining: Entry = { kind: "event", event: { kind: "joined", client, profile, anew: true } };
      write(host, known === undefined ? [{ kind: "member", client, device }, joining] : [joining]);
      startIfReady(host);
    },
    close: async () => {
      host.isClosed = true;
      host.cancel?.();
      saveSnapshot(host);
      await measurer.settled();
    },
  };
}

interface Host {
  readonly options: HostOptions;
  readonly listener: RunListener;
  readonly measurer: Measurer;
  readonly state: RunState;
  readonly journal: Journal;
  readonly now: () => Seconds;
  /** Takes back the next timer. */
  cancel: (() => void) | null;
  sinceSnapshot: number;
  isClosed: boolean;
}

/** The state after all entries that are there, and how many of them came after the last snapshot. */
function caughtUp(
  { stage, journal, blobs, snapshots }: HostOptions,
  measurer: Measurer,
): { readonly state: RunState; readonly replayed: number } {
  const { scenario, params, layout, key } = stage;
  const setup: RunSetup = { plan: scenario.plan, params, key, layout, kernels: loadKernels(), payloadOf: blobs.read };
  const snapshot = snapshots.load();
  const state = snapshot === null ? newRunState(setup) : restoredRunState(setup, measurer.restore(snapshot));
  const saved = state.number;
  for (const journaled of journal.after(saved)) {
    for (const command of state.take(journaled)) measurer.note(command, state);
  }
  return { state, replayed: state.number - saved };
}

/** Writes entries down, then acts on them one after another. */
function write(host: Host, entries: readonly Entry[]): void {
  const { state, journal } = host;
  if (state.ended !== null || host.isClosed) return;
  const at = Math.max(state.at, host.now());
  const journaled = entries.map((entry, place): Journaled => ({ number: state.number + 1 + place, at, entry }));
  journal.append(journaled);
  for (const one of journaled) act(host, one);
  host.sinceSnapshot += journaled.length;
  if (host.sinceSnapshot >= ENTRIES_PER_SNAPSHOT) saveSnapshot(host);
  wind(host);
}

function act(host: Host, journaled: Journaled): void {
  const { state, listener, measurer } = host;
  const hadEnded = state.ended !== null;
  const commands = state.take(journaled);
  for (const command of commands) {
    measurer.note(command, state);
    listener.onCommand(command);
  }
  const { entry } = journaled;
  if (entry.kind === "event" && entry.event.kind === "update") {
    listener.onAnswered(entry.event.client, entry.event.task);
  }
  if (commands.some(({ kind }) => kind === "publish")) measure(host);
  if (!hadEnded && state.ended !== null) listener.onEnded();
}

function startIfReady(host: Host): void {
  const { state, options } = host;
  if (state.isStarted || state.machine.fleet.available < options.startClients) return;
  write(host, [{ kind: "event", event: { kind: "started" } }]);
}

/** Measures what is due, while the run goes on; a target that is reached ends it. */
function measure(host: Host): void {
  host.measurer.measure((measurement) => {
    const ending = endingAfter(measurement, host.options.stage.scenario);
    if (ending !== null) write(host, [{ kind: "ended", ending }]);
  });
}

/** Sets the clock for what is due next: a timer of the plan, or the end of the run's time. */
function wind(host: Host): void {
  const { state, options } = host;
  host.cancel?.();
  host.cancel = null;
  const { maximumSeconds = Infinity } = options.stage.scenario;
  const due = Math.min(state.timers[0]?.due ?? Infinity, maximumSeconds);
  if (state.ended !== null || host.isClosed || !Number.isFinite(due)) return;
  host.cancel = options.clock.after(due - host.now(), () => ring(host));
}

function ring(host: Host): void {
  const { state, options } = host;
  const { maximumSeconds = Infinity } = options.stage.scenario;
  const now = host.now();
  const due = state.timers.filter((timer) => timer.due <= now);
  const events = due.map(({ name }): FleetEvent & { readonly kind: "timer" } => ({ kind: "timer", name }));
  const entries = events.map((event): Entry => ({ kind: "event", event }));
  if (entries.length > 0) write(host, entries);
  if (now >= maximumSeconds) {
    const reason = `${maximumSeconds} seconds are over`;
    write(host, [{ kind: "ended", ending: { status: "finished", reason } }]);
  }
  wind(host);
}

function saveSnapshot(host: Host): void {
  const { state, options, measurer } = host;
  if (host.sinceSnapshot === 0) return;
  options.snapshots.save(state.number, measurer.snapshot(state.snapshot()));
  host.sinceSnapshot = 0;
}
