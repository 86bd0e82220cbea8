/**
 * Hosts a run: what happens to it is journalled, then handed to the plan, then acted on.
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
  type Seconds,
  type TaskId,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { endingAfter, type Ending, invertsUpdates, type Progress, type RunResult } from "@potluck/scenario";
import type { Blobs } from "../store/blobs.ts";
import type { Entry, HostedEvent, Journal, Journaled } from "../store/journal.ts";
import { batchesOf, isThere } from "./batches.ts";
import { type Measurer, measurerOf, type TrainedStage } from "./measurer.ts";
import { type HostClock, runClock } from "./run-clock.ts";
import { historyIn, type RunHistory } from "./run-history.ts";
import { resultOfRun } from "./run-result.ts";
import type { EnrolledDevice } from "./thread/messages.ts";
import { newRunState, restoredRunState, type RunSetup, type RunState } from "./run-state.ts";

/** Who hears of a run, once what led to it is durable. */
export interface RunListener {
  readonly onCommand: (command: Command) => void;
  /** A device is a client of this number. */
  readonly onMember: (device: string, client: ClientId) => void;
  /** A client is there, or is not any more. */
  readonly onPresence: (client: ClientId, isThere: boolean) => void;
  /** An answer was dealt with: {@link RunState.answers} says how; nothing was done about one whose task was not open. */
  readonly onAnswered: (client: ClientId, task: TaskId) => void;
  /** A task has failed, and is not open any more. */
  readonly onTaskFailed: (client: ClientId, task: TaskId) => void;
  readonly onMeasured: (progress: Progress) => void;
  readonly onEnded: () => void;
  /** Its clock stands still, and no task is given out; or both go on. */
  readonly onPaused: (isPaused: boolean) => void;
  /** It cannot go on: an error outside of what calls of {@link RunHost} do, as of a timer. */
  readonly onFailed: (error: unknown) => void;
}

/** What is hosted, and with what. */
export interface HostOptions {
  readonly stage: TrainedStage;
  /** When the run was created, on the wall clock. */
  readonly created: Seconds;
  readonly clock: HostClock;
  readonly journal: Journal;
  readonly blobs: Pick<Blobs, "read">;
  /** The run begins once so many clients are there, ≥ 1. */
  readonly startClients: number;
  /** Whether its clients are those of the scenario, see {@link RunRecord}. */
  readonly rehearsal: boolean;
}

/** A run that is hosted. Its functions throw the faults of a database; the run cannot go on after that. */
export interface RunHost {
  readonly state: RunState;
  /** Journals what has happened, and acts on it. What is about tasks that are not open, or clients that are not there, is passed over. */
  readonly happened: (events: readonly HostedEvent[]) => void;
  /** Begins with whoever is there, unless it has begun. */
  readonly start: () => void;
  /**
   * Lets its clock stand still: for the plan no time passes, so that nothing becomes late meanwhile. What clients answer is taken. Does nothing where it
   * stands still.
   */
  readonly pause: () => void;
  /** Lets it go on, if it was paused. */
  readonly resume: () => void;
  /** Ends it from outside; null is an interruption for good. */
  readonly end: (ending: Ending | null) => void;
  /** What has happened. */
  readonly history: RunHistory;
  /** Makes devices known, as clients from 0 on; does nothing where some are. */
  readonly enrol: (devices: readonly EnrolledDevice[]) => void;
  /** A device is there: for the first time, with a new number, or again. Its number. */
  readonly joined: (device: string, profile: ClientProfile, anew: boolean) => ClientId;
  /** What it leaves behind so far. */
  readonly result: () => Promise<RunResult>;
  /** Stops its timers and writes a snapshot. Resolves when nothing is being measured any more. */
  readonly close: () => Promise<void>;
}

/** After so many entries a snapshot is written, so that a restart reads no more of the journal. */
const ENTRIES_PER_SNAPSHOT = 2000;

/** Takes a run up where its journal ends. Throws Fault "plan-contradiction" for plans that convert updates. */
export function hostRun(options: HostOptions, listener: RunListener): RunHost {
  const { stage, journal, clock, created } = options;
  if (invertsUpdates(stage.scenario)) {
    const message = 'the plan has the server invert updates (conversion "gradient-inversion")';
    throw new Fault("plan-contradiction", `${message}, which a coordinator does not do yet`, 'Use conversion "none".');
  }
  const seconds = (): Seconds => clock.wall() - created;
  const measurer = measurerOf(stage, journal, { onProgress: listener.onMeasured, seconds });
  const history = historyIn(journal);
  const { state, replayed } = caughtUp(options, { measurer, history });
  const desk: Desk = {
    ...options,
    listener,
    measurer,
    history,
    state,
    now: clockOf(clock, state),
    cancel: null,
    sinceSnapshot: replayed,
    isClosed: false,
  };
  wind(desk);
  measure(desk);
  return {
    state,
    happened: (events) => {
      for (const batch of batchesOf(events, desk)) write(desk, batch);
    },
    history,
    start: () => start(desk),
    pause: () => setPaused(desk, true),
    resume: () => setPaused(desk, false),
    end: (ending) => write(desk, [{ kind: "ended", ending }]),
    enrol: (devices) => {
      if (state.members.size > 0) return;
      write(desk, devices.flatMap(enrolment));
    },
    joined: (device, profile, anew) => join(desk, device, profile, anew),
    result: async () => resultOfRun({ ...options, state, measurer }, seconds()),
    close: async () => {
      desk.isClosed = true;
      desk.cancel?.();
      saveSnapshot(desk);
      await measurer.settled();
    },
  };
}

interface Desk extends HostOptions {
  readonly listener: RunListener;
  readonly measurer: Measurer;
  readonly history: RunHistory;
  readonly state: RunState;
  /** Seconds since the start, without those in which it was paused; 0 before it. */
  now: () => Seconds;
  /** Takes back the next timer. */
  cancel: (() => void) | null;
  sinceSnapshot: number;
  isClosed: boolean;
}

/** The state after all entries that are there, and how many of them came after the last snapshot. */
function caughtUp(
  { stage, journal, blobs }: HostOptions,
  { measurer, history }: Pick<Desk, "measurer" | "history">,
): { readonly state: RunState; readonly replayed: number } {
  const { scenario, params, layout, key } = stage;
  // What is replayed may have been damaged since; what comes in later was looked at when it was kept.
  let isReplayed = true;
  const payloadOf: RunSetup["payloadOf"] = (name) => blobs.read(name, !isReplayed);
  const setup: RunSetup = { plan: scenario.plan, params, key, layout, kernels: loadKernels(), payloadOf };
  const snapshot = journal.snapshot();
  const state = snapshot === null ? newRunState(setup) : restoredRunState(setup, measurer.restore(snapshot));
  if (snapshot === null) measurer.begin(state);
  const saved = state.number;
  for (const journaled of journal.after(saved)) {
    const taken = state.take(journaled);
    measurer.note(taken, state);
    history.note(journaled, taken);
  }
  history.save();
  isReplayed = false;
  return { state, replayed: state.number - saved };
}

function enrolment({ device, profile }: EnrolledDevice, place: number): readonly Entry[] {
  const client = clientId(place);
  return [
    { kind: "member", client, device },
    { kind: "event", event: { kind: "enrolled", client, profile } },
  ];
}

function join(desk: Desk, device: string, claimed: ClientProfile, anew: boolean): ClientId {
  const { state } = desk;
  // Whoever says that it has more examples than a client may have is taken to have so many.
  const { mostExamples = Infinity } = desk.stage.scenario.plan.settings;
  const profile = { ...claimed, examples: Math.min(claimed.examples, mostExamples) };
  const known = state.members.get(device);
  const client = known ?? clientId(state.members.size);
  const joined: Entry = { kind: "event", event: { kind: "joined", client, profile, anew } };
  if (known === undefined) write(desk, [{ kind: "member", client, device }, joined]);
  else if (!isThere(state, known)) write(desk, [joined]);
  startIfReady(desk);
  return client;
}

/** Writes entries down, then acts on them one after another. Does nothing once the run has ended. */
function write(desk: Desk, entries: readonly Entry[]): void {
  const { state, journal } = desk;
  if (state.ended !== null || desk.isClosed || entries.length === 0) return;
  const at = Math.max(state.at, desk.now());
  const journaled = entries.map((entry, place): Journaled => ({ number: state.number + 1 + place, at, entry }));
  journal.append(journaled, desk.history.unsaved());
  for (const one of journaled) act(desk, one);
  desk.sinceSnapshot += journaled.length;
  if (desk.sinceSnapshot >= ENTRIES_PER_SNAPSHOT) saveSnapshot(desk);
  wind(desk);
}

function act(desk: Desk, journaled: Journaled): void {
  const { state, listener, measurer } = desk;
  const hadEnded = state.ended !== null;
  const taken = state.take(journaled);
  measurer.note(taken, state);
  desk.history.note(journaled, taken);
  const { entry } = journaled;
  if (entry.kind === "started" || entry.kind === "paused" || entry.kind === "resumed") {
    desk.now = clockOf(desk.clock, state);
    listener.onPaused(state.pausedSince !== null);
  }
  if (entry.kind === "member") listener.onMember(entry.device, entry.client);
  if (entry.kind === "event") tell(listener, entry.event);
  for (const command of taken.commands) listener.onCommand(command);
  if (taken.commands.some(({ kind }) => kind === "publish")) measure(desk);
  if (!hadEnded && state.ended !== null) listener.onEnded();
}

function tell({ onPresence, onAnswered, onTaskFailed }: RunListener, event: HostedEvent): void {
  if (event.kind === "joined") onPresence(event.client, true);
  if (event.kind === "left") onPresence(event.client, false);
  if (event.kind === "update") onAnswered(event.client, event.task);
  if (event.kind === "failed") onTaskFailed(event.client, event.task);
}

function setPaused(desk: Desk, isPaused: boolean): void {
  const { state, clock } = desk;
  if (isPaused === (state.pausedSince !== null)) return;
  write(desk, [{ kind: isPaused ? "paused" : "resumed", wall: clock.wall() }]);
  startIfReady(desk);
}

/** The clock of a run: it goes from its start on, unless it is paused. */
function clockOf(clock: HostClock, state: RunState): () => Seconds {
  const { started, pausedSince, pausedSeconds, at } = state;
  return started === null || pausedSince !== null ? () => state.at : runClock(clock, started + pausedSeconds, at);
}

function startIfReady(desk: Desk): void {
  if (desk.state.pausedSince === null && desk.state.machine.fleet.available >= desk.startClients) start(desk);
}

function start(desk: Desk): void {
  if (desk.state.started !== null) return;
  write(desk, [{ kind: "started", wall: desk.clock.wall() }]);
}

/** Measures what is due, while the run goes on; a target that is reached ends it. */
function measure(desk: Desk): void {
  desk.measurer.measure({
    onMeasured: (measurement) => {
      const ending = endingAfter(measurement, desk.stage.scenario);
      if (ending === null) measure(desk);
      else write(desk, [{ kind: "ended", ending }]);
    },
    onFailed: desk.listener.onFailed,
  });
}

/** Sets the clock for what is due next: a timer of the plan, or the end of the run's time. */
function wind(desk: Desk): void {
  const { state, stage, clock } = desk;
  desk.cancel?.();
  desk.cancel = null;
  const { maximumSeconds = Infinity } = stage.scenario;
  const due = Math.min(state.timers[0]?.due ?? Infinity, maximumSeconds);
  if (state.ended !== null || state.pausedSince !== null || desk.isClosed || !Number.isFinite(due)) return;
  desk.cancel = clock.after(due - desk.now(), () => guarded(desk, () => ring(desk)));
}

function ring(desk: Desk): void {
  const { state, stage } = desk;
  const { maximumSeconds = Infinity } = stage.scenario;
  const now = desk.now();
  const due = state.timers.filter((timer) => timer.due <= now);
  write(
    desk,
    due.map(({ name }): Entry => ({ kind: "event", event: { kind: "timer", name } })),
  );
  if (now >= maximumSeconds) {
    const reason = `${maximumSeconds} seconds are over`;
    write(desk, [{ kind: "ended", ending: { status: "finished", reason } }]);
  }
  wind(desk);
}

function guarded({ listener }: Desk, work: () => void): void {
  try {
    work();
  } catch (error) {
    listener.onFailed(error);
  }
}

function saveSnapshot(desk: Desk): void {
  const { state, journal, measurer } = desk;
  if (desk.sinceSnapshot === 0) return;
  desk.history.save();
  journal.saveSnapshot(state.number, measurer.snapshot(state.snapshot()));
  desk.sinceSnapshot = 0;
}
