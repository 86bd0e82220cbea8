/**
 * Runs that are written down: what `simulate`, `rerun`, `compare` and `sweep` have in common.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import { Fault, present } from "@potluck/core";
import {
  checkFeasible,
  type Happened,
  historyOf,
  type HistoryRow,
  type Measurement,
  type Progress,
  type RunResult,
  type Scenario,
  scenarioToJson,
  type WallClock,
} from "@potluck/scenario";
import { measurementsIn, simulate } from "@potluck/simulator";
import { exitCodes } from "../exit-codes.ts";
import { openRunFolder, type RunFolder, type Within } from "../output/run-folder.ts";
import type { StoredOutcome } from "../output/run-outcome.ts";
import { type RunPlace, summaryLines, summaryObject } from "../output/summary.ts";
import { environmentHere, softwareHere, versionsHere } from "../store/circumstances.ts";
import { inputsOf } from "../store/inputs.ts";
import { LIVE, type RunRecord, type RunStart } from "../store/run-record.ts";
import type { RunStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import type { Format } from "./options.ts";

/** A run that is asked for. */
export interface RecordedRunRequest {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly workers: number;
  readonly store: RunStore;
  /** The command line that repeats the run. */
  readonly command: string;
  /** The comparison or sweep that the run belongs to, and its arm there; asked when the run is written down. */
  readonly within?: (() => Within) | undefined;
  /** A folder of the user's choice, and whether an earlier run in it may be written over. */
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
  /** Whether the run has a report of its own. */
  readonly report: boolean;
  /** The interrupted run that it goes on from. */
  readonly earlier?: InterruptedRun | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** What runs it live, instead of a simulation. */
  readonly runLive?: (request: SimulationRequest) => Promise<RunResult>;
}

/** What a run is asked for. */
export type SimulationRequest = Pick<RecordedRunRequest, "scenario" | "seed" | "signal" | "onProgress"> & {
  /** Hears what has happened, in order. */
  readonly onHistory: (rows: readonly HistoryRow[]) => void;
};

/** What an interrupted run left, from which another goes on. */
export interface InterruptedRun {
  readonly checkpoint: Uint8Array;
  /** What it had measured, and after how many wall-clock seconds. */
  readonly stored: StoredOutcome;
  /** What the files that it reads held when it began. */
  readonly inputs: RunRecord["inputs"];
}

/** A run that has ended, and where its files lie. */
export interface RecordedRun {
  readonly result: RunResult;
  readonly place: RunPlace;
}

/** Runs a scenario, keeps what it leaves in the store, and writes down how it ended. Throws what `simulate` does. */
export async function recordedRun(request: RecordedRunRequest): Promise<RecordedRun> {
  const { scenario, seed, workers, store, within, out, force = false, report, signal, earlier } = request;
  checkFeasible(scenario);
  const folder = openRunFolder({ store, start: startOf(request), within, out, force });
  try {
    const noteBefore = earlierNotes(folder, scenario, await earlierProgress(earlier));
    const onProgress = (progress: Progress): void => {
      noteBefore();
      const before = earlier?.stored.outcome.wall.wallSeconds ?? 0;
      const whole = { ...progress, wallSeconds: before + progress.wallSeconds };
      folder.note(whole);
      request.onProgress(whole);
    };
    const going = earlier === undefined ? {} : { checkpoint: earlier.checkpoint };
    const software = softwareHere();
    const asked = { scenario, seed, signal, onProgress, onHistory: folder.noteHistory };
    // What happened before an interruption is not known any more: such a run has no history.
    const onHappened = (happened: Happened): void => folder.noteHistory(historyOf(happened));
    const heard = earlier === undefined ? { onHappened } : {};
    const simulated = { scenario, seed, signal, onProgress, ...heard, workers, wallClock, software, ...going };
    const part = await (request.runLive?.(asked) ?? simulate(simulated));
    noteBefore();
    const result = { ...part, wall: wholeWall(part.wall, earlier) };
    return { result, place: await folder.finish(result, { report }) };
  } catch (error) {
    folder.fail(error);
    throw error;
  }
}

/** Measurements, and after how many wall-clock seconds each was made. */
type Timed = readonly (readonly [Measurement, number])[];

/** What was measured before the interruption. */
async function earlierProgress(earlier: InterruptedRun | undefined): Promise<Timed> {
  if (earlier === undefined) return [];
  const { checkpoint, stored } = earlier;
  return (await measurementsIn(checkpoint)).map((measurement) => [
    measurement,
    stored.measuredAfter.get(measurement.version) ?? 0,
  ]);
}

/** Notes, the first time, what was measured before the interruption: it is the run's that goes on, too. */
function earlierNotes(folder: RunFolder, { plan }: Scenario, before: Timed): () => void {
  let left = before;
  return () => {
    if (left.length === 0) return;
    const versions = present(plan.settings["versions"], "the number of versions");
    for (const [measurement, wallSeconds] of left) folder.note({ measurement, versions, wallSeconds });
    left = [];
  };
}

/** The wall-clock time of the whole run: that before the interruption, which may be that of several parts, and since. */
function wholeWall(since: WallClock, earlier: InterruptedRun | undefined): WallClock {
  if (earlier === undefined) return since;
  const { wall: before } = earlier.stored.outcome;
  return {
    wallSeconds: before.wallSeconds + since.wallSeconds,
    executingSeconds: before.executingSeconds + since.executingSeconds,
    busySeconds: before.busySeconds + since.busySeconds,
    workers: since.workers,
  };
}

function startOf({ scenario, seed, command, earlier, runLive }: RecordedRunRequest): RunStart {
  const { parts, settings } = scenario.plan;
  return {
    scenario: scenario.name,
    title: scenario.title ?? null,
    seed,
    file: fileOf(scenario),
    plan: { parts, settings },
    command,
    inputs: earlier?.inputs ?? inputsOf(scenario),
    experiment: null,
    arm: null,
    versions: versionsHere(),
    environment: { ...environmentHere(), ...(runLive !== undefined && LIVE) },
    startedAt: new Date().toISOString(),
  };
}

/** The scenario as a file, as the store keeps it; null if a part of it is not in the catalogue. */
export function fileOf(scenario: Scenario): unknown {
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

/** Prints what a run came to, as `format` says. */
export function printRun({ result, place }: RecordedRun, format: Format, terminal: Terminal): void {
  if (format === "json") terminal.out(`${JSON.stringify(summaryObject(result, place))}\n`);
  else terminal.out(`${summaryLines(result, place).join("\n")}\n`);
}

/** The exit code of a run with this status. */
export function exitCodeOf({ status }: Pick<RunResult, "status">): number {
  return { finished: exitCodes.done, stalled: exitCodes.stalled, interrupted: exitCodes.interrupted }[status];
}
