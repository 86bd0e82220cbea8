/**
 * A live run that is going on: the plan's side of it. What it asks for goes to workers and to the clock.
 *
 * @module
 */
import {
  type ClientId,
  type Command,
  Fault,
  type FleetEvent,
  noteCommand,
  noteEvent,
  noTaskNotes,
  type Seconds,
  startMachine,
  type Task,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import {
  type EndedSimulation,
  type Ending,
  endingAfter,
  type Gauge,
  INITIAL_GAUGE,
  type Measurement,
  type Progress,
  runGauge,
  type Stage,
  type StageRequest,
  type TrainingStage,
  noteInvalid,
} from "@potluck/scenario";
import type { Hire, HiredWorker, LiveClock } from "./messages.ts";

/** How to run live. */
export interface LiveOptions extends StageRequest {
  readonly hire: Hire;
  readonly clock: LiveClock;
  /** Ends the run early, with a usable result, when it is aborted. */
  readonly signal?: AbortSignal;
  /** Hears of every measurement. */
  readonly onProgress?: (progress: Progress) => void;
  /** How long workers may take until they are ready, > 0; 300 seconds by default. */
  readonly startSeconds?: Seconds;
  /** A worker that nothing is heard of for so long is ended and started again, > 0; 30 seconds by default. */
  readonly silenceSeconds?: Seconds;
}

/** A live run that is going on. */
export interface LiveRun extends EndedSimulation {
  readonly options: LiveOptions;
  readonly stage: Stage & { readonly training: TrainingStage };
  readonly gauge: Gauge;
  readonly workers: Map<ClientId, HiredWorker>;
  /** The task that each client was given last. */
  readonly given: Map<ClientId, Task>;
  /** Those that are ready before the run starts. */
  readonly ready: Set<ClientId>;
  /** Those whose worker has not joined since it was started. */
  readonly unseen: Set<ClientId>;
  /** In how many checks in a row nothing had been heard of a worker. */
  readonly silentChecks: Map<ClientId, number>;
  /** How often each was started again since it last answered. */
  readonly restarts: Map<ClientId, number>;
  /** What takes back a timer or a start that is due. */
  readonly pending: Set<() => void>;
  readonly measuring: Promise<unknown>[];
  /** When it started, on the clock; null before. */
  startedAt: Seconds | null;
  /** Ends the run; null is an interruption. */
  readonly end: (ending: Ending | null) => void;
  /** Ends it with an error that should not happen. */
  readonly fail: (error: unknown) => void;
  now: Seconds;
  events: number;
  /** Whether it has ended, also by an interruption: nothing is done any more. */
  isOver: boolean;
  ending: Ending | null;
}

/** What a run tells of itself. */
interface Outlets {
  readonly wallSeconds: () => Seconds;
  readonly ended: () => void;
  /** It ended with an error that should not happen. */
  readonly failed: (error: unknown) => void;
}

/** The run before anybody has joined. */
export function liveRun(
  options: LiveOptions,
  stage: LiveRun["stage"],
  { wallSeconds, ended, failed }: Outlets,
): LiveRun {
  const { scenario, params, layout, key } = stage;
  const gauge = runGauge(stage, { onProgress: options.onProgress, wallSeconds }, INITIAL_GAUGE);
  const unshared = { use: () => ({ saturatedSeconds: 0, peakBytesPerSecond: 0 }) };
  const run: LiveRun = {
    options,
    stage,
    gauge,
    machine: startMachine({ plan: scenario.plan, params, key, kernels: loadKernels(), layout }),
    notes: noTaskNotes(),
    links: { up: unshared, down: unshared },
    converter: { costs: () => ({ conversions: 0, failed: 0, flops: 0, seconds: 0, meanDistance: null }) },
    failures: new Map(),
    workers: new Map(),
    given: new Map(),
    ready: new Set(),
    unseen: new Set(),
    silentChecks: new Map(),
    restarts: new Map(),
    pending: new Set(),
    measuring: [],
    clock: "wall",
    startedAt: null,
    end: (ending) => {
      if (!run.isOver) run.ending = ending;
      run.isOver = true;
      ended();
    },
    fail: (error) => {
      run.isOver = true;
      failed(error);
    },
    now: 0,
    events: 0,
    isOver: false,
    ending: null,
  };
  return run;
}

/** Calls back after so many seconds, unless the run has ended by then. */
export function later(run: LiveRun, seconds: Seconds, callback: () => void): void {
  const cancel = run.options.clock.after(seconds, () => {
    run.pending.delete(cancel);
    guarded(run, callback);
  });
  run.pending.add(cancel);
}

/** Does what outside calls ask for: an error in it ends the run. */
export function guarded(run: LiveRun, work: () => void): void {
  try {
    work();
  } catch (error) {
    run.fail(error);
  }
}

/** Seconds since the start of a run; 0 before it. */
export function secondsSince({ startedAt, options }: LiveRun): Seconds {
  return startedAt === null ? 0 : options.clock.now() - startedAt;
}

/** Hands an event to the plan and carries out what it asks for. */
export function deliver(run: LiveRun, event: FleetEvent): void {
  if (run.isOver) return;
  run.now = Math.max(run.now, secondsSince(run));
  run.events += 1;
  noteEvent(run.notes, event, run.now);
  for (const command of run.machine.handle(run.now, event)) {
    noteCommand(run.notes, command, run.now);
    carryOut(run, command);
  }
}

function carryOut(run: LiveRun, command: Command): void {
  switch (command.kind) {
    case "assign": {
      const { task } = command;
      run.given.set(task.client, task);
      const turn = run.machine.fleet.client(task.client).timesAsked - 1;
      run.workers.get(task.client)?.send({ kind: "assign", task, turn, at: run.now });
      return;
    }
    case "recall":
      run.workers.get(command.client)?.send({ kind: "recall", task: command.task });
      return;
    case "timer":
      return later(run, command.after, () => deliver(run, { kind: "timer", name: command.name }));
    case "publish":
      run.gauge.notePublished(command, run);
      if (run.gauge.isDue()) measure(run);
      return;
    case "finish":
      return run.end({ status: command.gaveUp ? "stalled" : "finished", reason: command.reason });
    case "refuse":
      if (command.refusal !== "abandoned") {
        run.workers.get(command.client)?.send({ kind: "refused", task: command.task });
      }
      if (command.refusal === "invalid") noteInvalid(run.failures, command.detail);
      return run.gauge.noteRefused(command.task);
    case "convert":
      throw new Fault("plan-contradiction", "live runs do not convert updates", "Simulate the scenario.");
  }
}

/** Measures the newest model while the workers go on. */
export function measure(run: LiveRun): void {
  const measured = async (): Promise<void> => {
    try {
      judge(run, await run.gauge.measure());
    } catch (error) {
      run.fail(error);
    }
  };
  run.measuring.push(measured());
}

function judge(run: LiveRun, measurement: Measurement | null): void {
  const ending = endingAfter(measurement, run.stage.scenario);
  if (ending !== null) run.end(ending);
}
