/**
 * Runs that are written down: what `simulate`, `rerun`, `compare` and `sweep` have in common.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import { Fault, present } from "@potluck/core";
import {
  checkFeasible,
  measurementsIn,
  type Progress,
  type RunResult,
  type Scenario,
  simulate,
} from "@potluck/simulator";
import { exitCodes } from "../exit-codes.ts";
import { openRunFolder, type RunFolder } from "../output/run-folder.ts";
import type { StoredOutcome } from "../output/run-outcome.ts";
import type { RunPlace } from "../output/summary.ts";
import { scenarioToJson } from "../scenario/write.ts";
import { environmentHere, versionsHere } from "../store/circumstances.ts";
import type { RunStart } from "../store/run-record.ts";
import type { RunStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";

/** A run that is asked for. */
export interface RecordedRunRequest {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly workers: number;
  readonly store: RunStore;
  /** The command line that repeats the run. */
  readonly command: string;
  /** The comparison or sweep that the run belongs to, and its arm there. */
  readonly within?: { readonly experiment: string; readonly arm: string };
  /** A folder of the user's choice, and whether an earlier run in it may be written over. */
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
  /** Whether the run has a report of its own. */
  readonly report: boolean;
  /** The interrupted run that it goes on from. */
  readonly earlier?: InterruptedRun | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What an interrupted run left, from which another goes on. */
export interface InterruptedRun {
  readonly checkpoint: Uint8Array;
  /** What it had measured, and after how many wall-clock seconds. */
  readonly stored: StoredOutcome;
}

/** A run that has ended, and where its files lie. */
export interface RecordedRun {
  readonly result: RunResult;
  readonly place: RunPlace;
}

/** Runs a scenario, keeps what it leaves in the store, and writes down how it ended. Throws what `simulate` does. */
export async function recordedRun(request: RecordedRunRequest): Promise<RecordedRun> {
  const { scenario, seed, workers, store, out, force = false, report, signal, earlier } = request;
  checkFeasible(scenario);
  const folder = openRunFolder({ store, start: startOf(request), out, force });
  try {
    let isFirst = true;
    const onProgress = (progress: Progress): void => {
      if (isFirst && earlier !== undefined) noteEarlier(folder, scenario, earlier);
      isFirst = false;
      const before = earlier?.stored.outcome.wall.wallSeconds ?? 0;
      const whole = { ...progress, wallSeconds: before + progress.wallSeconds };
      folder.note(whole);
      request.onProgress(whole);
    };
    const going = earlier === undefined ? {} : { checkpoint: earlier.checkpoint };
    const result = await simulate({ scenario, seed, workers, signal, wallClock, onProgress, ...going });
    return { result, place: await folder.finish(result, { report }) };
  } catch (error) {
    folder.fail(error);
    throw error;
  }
}

/** Measurements that were made before the interruption are those of the run that goes on, too. */
function noteEarlier(folder: RunFolder, { plan }: Scenario, { checkpoint, stored }: InterruptedRun): void {
  const versions = present(plan.settings["versions"], "the number of versions");
  for (const [at, measurement] of measurementsIn(checkpoint).entries()) {
    folder.note({ measurement, versions, wallSeconds: stored.measuredAfter[at] ?? 0 });
  }
}

function startOf({ scenario, seed, command, within }: RecordedRunRequest): RunStart {
  const { parts, settings } = scenario.plan;
  return {
    scenario: scenario.name,
    title: scenario.title ?? null,
    seed,
    file: fileOf(scenario),
    plan: { parts, settings },
    command,
    experiment: within?.experiment ?? null,
    arm: within?.arm ?? null,
    versions: versionsHere(),
    environment: environmentHere(),
    startedAt: new Date().toISOString(),
  };
}

/** The scenario as a file; null if a part of it is not in the catalogue. */
function fileOf(scenario: Scenario): unknown {
  try {
    return scenarioToJson(scenario);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

/** Wall-clock seconds from some origin. */
export function wallClock(): number {
  return performance.now() / 1000;
}

/** The exit code of a run with this status. */
export function exitCodeOf({ status }: Pick<RunResult, "status">): number {
  return { finished: exitCodes.done, stalled: exitCodes.stalled, interrupted: exitCodes.interrupted }[status];
}

/** A signal that the first Ctrl-C aborts; the second ends the process. */
export function interruptSignal(terminal: Terminal): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    // oxlint-disable-next-line unicorn/no-process-exit -- the user asked twice, and training may be in the middle of a call
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    terminal.err("\nEnding the run; its results up to here are being written. Press Ctrl-C again to stop at once.\n");
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  return { signal: controller.signal, release: () => process.off("SIGINT", onInterrupt) };
}
