/**
 * The simulator: a plan in virtual time. Events are taken from a heap ordered by virtual time; a task's result is
 * awaited when the instant of its arrival is reached. What is reported does not depend on the number of workers, nor on
 * whether the run was interrupted and went on.
 *
 * @module
 */
import {
  type ClientId,
  clientId,
  type Machine,
  type MachineSetup,
  noTaskNotes,
  present,
  restoreMachine,
  type Seconds,
  startMachine,
  taskId,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { eventQueue, type Occurrence } from "../clock/event-queue.ts";
import { sharedLink } from "../link/shared-link.ts";
import { type Checkpoint, checkpointOf, readCheckpoint, type SoftwareVersions } from "./checkpoint.ts";
import { converterOf } from "./conversions.ts";
import { crewOf } from "./crew.ts";
import {
  endingAfter,
  type Gauge,
  INITIAL_GAUGE,
  type Happened,
  type Measurement,
  type Progress,
  resultOf,
  runGauge,
  type RunResult,
  setClock,
  setStage,
  type Stage,
  type StageRequest,
  type TimingProgress,
  type TimingResult,
  timingResultOf,
} from "@potluck/scenario";
import { presenceOf } from "./presence.ts";
import { compareHappenings, type Happening, orderOfHappenings, type Simulation } from "./simulation.ts";
import { deliver, happen, profileOf, schedule, stopAll } from "./steps.ts";

/** How to simulate. */
export interface SimulationOptions extends StageRequest {
  /** Worker threads, ≥ 1. No result depends on it. */
  readonly workers: number;
  /** Ends the run early, with a usable result and a checkpoint, when it is aborted. */
  readonly signal?: AbortSignal;
  /** Hears of every measurement. */
  readonly onProgress?: (progress: Progress) => void;
  /** Hears of everything that the plan hears of, and of what it makes of it: {@link historyOf} makes rows of that. */
  readonly onHappened?: (happened: Happened) => void;
  /** Sees the run after everything that happens in it, which goes on when what this gives is there. It changes no result. */
  readonly watch?: (run: RunInSight) => void | Promise<void>;
  /** Wall-clock seconds from any origin; the simulator itself reads no clock. */
  readonly wallClock?: () => Seconds;
  /** Where an interrupted run of the same scenario and seed stood: {@link RunResult.checkpoint}. */
  readonly checkpoint?: Uint8Array;
  /** What runs it: a checkpoint is gone on from only by the software that wrote it. Nothing by default. */
  readonly software?: SoftwareVersions;
}

/** What can be seen of a run that goes on: a live view, not a copy. */
export interface RunInSight {
  /** The instant of virtual time. */
  readonly now: Seconds;
  readonly machine: Pick<Machine, "fleet" | "ledger">;
}

/** How to simulate the clock alone. */
export interface TimingOptions extends StageRequest {
  readonly signal?: AbortSignal;
  /** Hears from time to time how far the run is. */
  readonly onProgress?: (progress: TimingProgress) => void;
  readonly wallClock?: () => Seconds;
}

/**
 * Runs `scenario`. Throws the faults of its parts, and "checkpoint-invalid"; training that fails is a failure of its
 * client, not of the run.
 */
export async function simulate(options: SimulationOptions): Promise<RunResult> {
  const wallSeconds = stopwatch(options.wallClock);
  const { software = {} } = options;
  const stage = await setStage(options, options.workers);
  try {
    const checkpoint =
      options.checkpoint === undefined ? null : await readCheckpoint(options.checkpoint, stage, software);
    const told = { onProgress: options.onProgress, wallSeconds };
    const gauge = runGauge(stage, told, checkpoint?.gauge ?? INITIAL_GAUGE);
    const { onHappened: hearing = null } = options;
    const simulation =
      checkpoint === null ? begin(stage, gauge, { hearing }) : resume(stage, gauge, { checkpoint, hearing });
    if (checkpoint === null) {
      gauge.notePublished({ version: 0, params: stage.params, contributions: [] }, simulation);
      const first = await gauge.measure();
      if (first !== null) endAfter(simulation, first);
    }
    await run(simulation, options.signal, measuring(gauge, options.watch));
    const kept = simulation.ending === null ? await checkpointOf(simulation, software) : null;
    stopAll(simulation);
    return await resultOf({ simulation, stage, gauge, checkpoint: kept, wallSeconds });
  } finally {
    await stage.training.pool.close();
  }
}

/**
 * Runs `scenario` without training anything: events, clocks, links and the plan's decisions are those of a run in which
 * updates are as large as the first model's. For questions of scheduling, with up to millions of clients.
 * Throws the faults of its parts.
 */
export async function simulateTiming(options: TimingOptions): Promise<TimingResult> {
  const { simulation, wallSeconds } = await runClock(options);
  return timingResultOf(simulation, wallSeconds);
}

/** What else the clock can be asked. */
export interface ClockOptions extends TimingOptions {
  /** Whether every conversion of an old update is believed, as by default, or none. */
  readonly believesConversions?: boolean;
}

/** The simulation of {@link simulateTiming} when it has ended. */
export async function runClock(
  options: ClockOptions,
): Promise<{ readonly simulation: Simulation; readonly wallSeconds: Seconds }> {
  const wallSeconds = stopwatch(options.wallClock);
  const stage = await setClock(options);
  const simulation = begin(stage, null, { isBelieved: options.believesConversions });
  const { versions } = stage.scenario.plan.settings;
  await run(simulation, options.signal, () => {
    if (simulation.events % EVENTS_PER_REPORT !== 0) return undefined;
    const { machine, events, now } = simulation;
    const progress = { version: machine.ledger.versions, versions: present(versions, "the number of versions") };
    options.onProgress?.({ ...progress, events, virtualSeconds: now, wallSeconds: wallSeconds() });
    return undefined;
  });
  stopAll(simulation);
  return { simulation, wallSeconds: wallSeconds() };
}

const EVENTS_PER_REPORT = 2 ** 16;

/** Seconds since it was made. */
function stopwatch(wallClock: (() => Seconds) | undefined): () => Seconds {
  const startedAt = wallClock?.() ?? 0;
  return () => (wallClock?.() ?? 0) - startedAt;
}

/** What a simulation goes on from, and whether, without training, conversions are believed. */
interface Start {
  readonly checkpoint?: Checkpoint | null;
  readonly isBelieved?: boolean | undefined;
  readonly hearing?: Simulation["hearing"];
}

function begin(stage: Stage, gauge: Gauge | null, start: Start): Simulation {
  const simulation = assemble(stage, gauge, start);
  const { queue, presence } = simulation;
  for (const k of stage.devices.keys()) {
    const client = clientId(k);
    const kind = presence.isOnline(client) ? "joined" : "enrolled";
    deliver(simulation, { kind, client, profile: profileOf(simulation, client) });
    schedule(simulation, presence.firstTurn(client));
    for (const at of stage.resizesOf(client)) queue.push(at, resized({ ...simulation, now: at }, client));
  }
  queue.push(0, { kind: "event", event: { kind: "started" } });
  return simulation;
}

/** A client says anew how much it holds. */
function resized(simulation: Simulation, client: ClientId): Happening {
  return { kind: "event", event: { kind: "enrolled", client, profile: profileOf(simulation, client) } };
}

function resume(stage: Stage, gauge: Gauge, start: Start & { readonly checkpoint: Checkpoint }): Simulation {
  const simulation = assemble(stage, gauge, start);
  const { checkpoint } = start;
  for (const { at, what } of checkpoint.queue) simulation.queue.push(at, what);
  for (const [client, until] of checkpoint.silence) simulation.silence.set(client, until);
  for (const [reason, failures] of checkpoint.failures) simulation.failures.set(reason, failures);
  return simulation;
}

function assemble(
  stage: Stage,
  gauge: Gauge | null,
  { checkpoint = null, isBelieved, hearing = null }: Start,
): Simulation {
  const { scenario, params, layout, key, devices } = stage;
  const setup: MachineSetup = { plan: scenario.plan, params, key, kernels: loadKernels(), layout };
  return {
    clock: "virtual",
    stage,
    gauge,
    hearing,
    machine: checkpoint === null ? startMachine(setup) : restoreMachine(setup, checkpoint.machine),
    queue: eventQueue(orderOfHappenings),
    links: linksOf(stage, checkpoint),
    crew: crewOf(stage, { state: checkpoint?.crew }),
    converter: converterOf(stage, { state: checkpoint?.converter, isBelieved }),
    presence: presenceOf(devices, key, checkpoint?.presence),
    notes: checkpoint?.notes ?? noTaskNotes(),
    silence: new Map(),
    failures: new Map(),
    now: checkpoint?.now ?? 0,
    events: checkpoint?.events ?? 0,
    waited: checkpoint?.waited ?? 0,
    ending: null,
  };
}

function linksOf({ scenario }: Stage, checkpoint: Checkpoint | null): Simulation["links"] {
  const { uploadBytesPerSecond = Infinity, downloadBytesPerSecond = Infinity } = scenario.server ?? {};
  return {
    up: sharedLink(uploadBytesPerSecond, checkpoint?.links.up),
    down: sharedLink(downloadBytesPerSecond, checkpoint?.links.down),
  };
}

/** What is done after every happening; a promise where it has to be waited for. */
type Afterwards = (simulation: Simulation) => void | Promise<void>;

/** What comes later than the end of a run by so small a share of it is in time: times are rounded, and ticks are a trifle late. */
const TOLERANCE = 1e-8;

async function run(simulation: Simulation, signal: AbortSignal | undefined, afterwards: Afterwards): Promise<void> {
  const horizon = simulation.stage.scenario.maximumSeconds ?? Infinity;
  while (simulation.ending === null) {
    if (signal?.aborted === true) return;
    const next = nextHappening(simulation);
    if (next === undefined) {
      simulation.ending = { status: "stalled", reason: "nothing is left to happen: too few clients are available" };
    } else if (next.at > horizon * (1 + TOLERANCE)) {
      simulation.now = Math.max(simulation.now, horizon);
      simulation.ending = { status: "finished", reason: `${horizon} virtual seconds are over` };
    } else {
      simulation.now = next.at;
      simulation.events += 1;
      const waiting = happen(simulation, next.what);
      if (waiting !== undefined) await waiting;
      const following = afterwards(simulation);
      if (following !== undefined) await following;
      if (simulation.events % EVENTS_PER_BREATH === 0) await breath();
      checkWaiting(simulation);
    }
  }
}

/** After so many happenings, whatever else the thread has to do gets its turn: an interrupt, a page's own work. */
const EVENTS_PER_BREATH = 2 ** 13;

async function breath(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** A run in which clients come and go so often, and more often than each, without anybody being given work, is over. */
const MAX_WAITING_EVENTS = 2 ** 20;
const MAX_WAITING_EVENTS_PER_CLIENT = 100;

function checkWaiting(simulation: Simulation): void {
  const { crew, stage } = simulation;
  simulation.waited = crew.isIdle() ? simulation.waited + 1 : 0;
  if (simulation.waited < Math.max(MAX_WAITING_EVENTS, MAX_WAITING_EVENTS_PER_CLIENT * stage.devices.length)) return;
  const reason = `clients came and went ${simulation.waited} times, and there were never enough at once to be given work`;
  simulation.ending ??= { status: "stalled", reason };
}

/** The next happening, taken out of the queue if it is there; those of links end when they are handled. */
function nextHappening(simulation: Simulation): Occurrence<Happening> | undefined {
  const { links, queue, crew } = simulation;
  const [down, up] = [links.down.next(), links.up.next()];
  // Of two at the same instant what comes down is first.
  const isUp = up !== undefined && (down === undefined || up.at < down.at);
  const completion = isUp ? up : down;
  if (completion === undefined || completion.at > queue.firstAt()) return queue.pop();
  const { client, id } = present(crew.at(taskId(completion.id)), "the work on task", completion.id).task;
  const what = { kind: "through", client, task: id, direction: isUp ? "up" : "down" } as const;
  const isLater = completion.at === queue.firstAt() && isBefore(queue.first(), what);
  return isLater ? queue.pop() : { at: completion.at, what };
}

/** Whether what is queued comes before something else that happens at the same instant. */
function isBefore(queued: Occurrence<Happening> | undefined, other: Happening): boolean {
  return queued !== undefined && compareHappenings(queued.what, other) < 0;
}

/** Measures what was published, and ends the run where there is no point in going on. Then whoever watches sees it. */
function measuring(gauge: Gauge, watch: SimulationOptions["watch"]): Afterwards {
  return (simulation) => {
    const measured = gauge.isDue() ? measureNow(gauge, simulation) : undefined;
    return measured === undefined ? watch?.(simulation) : measured.then(async () => watch?.(simulation));
  };
}

async function measureNow(gauge: Gauge, simulation: Simulation): Promise<void> {
  endAfter(simulation, await gauge.measure());
}

function endAfter(simulation: Simulation, measurement: Measurement | null): void {
  simulation.ending = endingAfter(measurement, simulation.stage.scenario) ?? simulation.ending;
}
