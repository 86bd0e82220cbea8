/**
 * Experiments: several arms, each run on the same seeds, every run kept in the store.
 *
 * @module
 */
import { type Arm, type ArmRun, type Arms, NO_NUMBER, hasAccuracy, heldOutTexts, duration } from "@potluck/comparison";
import { checkFeasible, type RunResult, type Scenario, type RunOutcome } from "@potluck/scenario";
import { Fault, present } from "@potluck/core";
import { Option, InvalidArgumentError } from "commander";
import { interruptSignal } from "../interrupt.ts";
import { idsOf, tooMany, type Within } from "../output/run-folder.ts";
import { potluckLine } from "../output/shell-command.ts";
import { finalMeasurement } from "../output/summary.ts";
import { tellArmWarnings } from "../output/warning-lines.ts";
import type { RunStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { type KnownRuns, knownRuns } from "./known-runs.ts";
import { type RecordedRun, recordedRun } from "./recorded-run.ts";

/** The most runs of one experiment. */
const MAX_EXPERIMENT_RUNS = 10_000;

/** An arm that is to be run. */
export interface ArmRequest {
  readonly name: string;
  readonly scenario: Scenario;
  /** The command line that repeats its run with a seed, where the store cannot keep the scenario and so run it again. */
  readonly command: (seed: number) => string;
}

/** An experiment that is to be carried out. */
export interface ExperimentRequest {
  /** What it is called after: "compare", "sweep". */
  readonly kind: string;
  readonly arms: readonly [ArmRequest, ...(readonly ArmRequest[])];
  readonly seeds: readonly number[];
  readonly workers: number;
  readonly store: RunStore;
  /** Whether runs that the store has are done again. */
  readonly fresh?: boolean | undefined;
}

/** What an experiment has come to. */
export interface ExperimentResult {
  /** Its id in the store. */
  readonly experiment: string;
  /** "stalled" if a run could not carry out its plan, "interrupted" if not all runs were done. */
  readonly status: RunResult["status"];
  /** Runs that the store had before. */
  readonly reused: readonly string[];
  /** The arms with all seeds; null for an experiment that was interrupted. */
  readonly arms: Arms | null;
}

/**
 * Runs all arms, seed by seed, and says what they are warned of and how it goes. Throws Fault "plan-contradiction" before the first run if an arm can
 * never be run, "option-invalid" for more than {@link MAX_EXPERIMENT_RUNS}, and what runs throw.
 */
export async function runExperiment(request: ExperimentRequest, terminal: Terminal): Promise<ExperimentResult> {
  const { arms, seeds, kind, store, fresh = false } = request;
  for (const { scenario } of arms) checkFeasible(scenario);
  const total = arms.length * seeds.length;
  if (total > MAX_EXPERIMENT_RUNS) {
    const message = `${arms.length} arms on ${seeds.length} seeds are ${total} runs, more than ${MAX_EXPERIMENT_RUNS}`;
    throw new Fault("option-invalid", message, "Choose fewer values or fewer seeds.");
  }
  tellArmWarnings(arms, terminal);
  let claimed: string | undefined;
  const experiment = (): string => (claimed ??= ownId(kind, store));
  const known = fresh ? () => undefined : knownRuns(store);
  const { signal, release } = interruptSignal(terminal);
  const done: DoneRun[] = [];
  try {
    for (const { seed, arm } of seeds.flatMap((of) => arms.map((one) => ({ seed: of, arm: one })))) {
      const one = await runOf({ request, experiment, known, signal }, arm, seed);
      if (one.run.outcome.status === "interrupted") {
        const resume = potluckLine(["simulate", "--resume", one.run.run], store.folder);
        terminal.err(`${arm.name}, seed ${seed}: \`${resume}\` goes on with it\n`);
        return { experiment: experiment(), status: "interrupted", reused: keptOf(done), arms: null };
      }
      done.push(one);
      if (one.isKept && keptOf(done).length === 1) terminal.err(KEPT);
      terminal.err(`${progressOf(one, done, total)}\n`);
    }
  } finally {
    release();
  }
  const armOf = (name: string): Arm => {
    const [first, ...others] = done.filter(({ arm }) => arm === name).map(({ run }) => run);
    return { name, runs: [present(first, `a run of ${name}`), ...others] };
  };
  const [first, ...others] = arms;
  const stalled = done.some(({ run: { outcome } }) => outcome.status === "stalled");
  return {
    experiment: experiment(),
    status: stalled ? "stalled" : "finished",
    reused: keptOf(done),
    arms: [armOf(first.name), ...others.map(({ name }) => armOf(name))],
  };
}

/** A run of an experiment. */
interface DoneRun {
  readonly arm: string;
  readonly run: ArmRun;
  /** Whether the store had it before. */
  readonly isKept: boolean;
}

interface Course {
  readonly request: ExperimentRequest;
  /** The id of the experiment, which is taken when it is first asked for: one that is refused leaves nothing. */
  readonly experiment: () => string;
  readonly known: KnownRuns;
  readonly signal: AbortSignal;
}

/** The run of an arm with a seed: the one that the store has, or a new one. */
async function runOf({ request, experiment, known, signal }: Course, arm: ArmRequest, seed: number): Promise<DoneRun> {
  const { workers, store } = request;
  const { name, scenario } = arm;
  const within = (): Within => ({ experiment: experiment(), arm: name });
  const kept = known(scenario, seed);
  if (kept !== undefined) {
    store.join({ ...within(), run: kept.run });
    return { arm: name, run: kept, isKept: true };
  }
  const shared = { scenario, seed, workers, store, within, signal };
  const run = await recordedRun({ ...shared, command: arm.command(seed), report: false, onProgress: () => undefined });
  return { arm: name, run: armRun(run), isKept: false };
}

function keptOf(runs: readonly DoneRun[]): readonly string[] {
  return runs.filter(({ isKept }) => isKept).map(({ run }) => run.run);
}

/** What is kept of a run: not its model, of which there would be many. */
function armRun({ result, place }: RecordedRun): ArmRun {
  const { model: _model, params: _params, layout: _layout, checkpoint: _checkpoint, ...outcome } = result;
  return { run: place.run, seed: result.seed, outcome };
}

const KEPT =
  "runs that the store has with the same scenario, seed and versions are not trained again; --fresh trains all of them\n";

function progressOf({ arm, run, isKept }: DoneRun, done: readonly DoneRun[], total: number): string {
  const { outcome, seed } = run;
  const heldOut = finalText(outcome);
  const times = `virtual ${duration(outcome.virtualSeconds)}  wall ${duration(outcome.wall.wallSeconds)}`;
  const what = `${done.length}/${total} ${arm}, seed ${seed}: ${outcome.status}`;
  return `${what}${isKept ? `, kept from ${run.run}` : ""}  ${heldOut}  ${times}${restOf(done, total)}`;
}

/** How good the last model is: "accuracy 84.3%", or "accuracy none" where it has diverged too far to be measured. */
function finalText(outcome: RunOutcome): string {
  const last = finalMeasurement(outcome);
  const [heldOut] = last === undefined ? [] : heldOutTexts(last);
  return heldOut ?? `${hasAccuracy(outcome) ? "accuracy" : "loss"} ${NO_NUMBER}`;
}

/** How long it will take if the runs to come take as long as those that were done now, and none of them is known. */
function restOf(done: readonly DoneRun[], total: number): string {
  const trained = done.filter(({ isKept }) => !isKept).map(({ run }) => run.outcome.wall.wallSeconds);
  if (trained.length === 0 || done.length === total) return "";
  const all = trained.reduce((sum, seconds) => sum + seconds, 0);
  return `  about ${duration((all / trained.length) * (total - done.length))} left`;
}

/** An id for an experiment that begins now, which no other has. Throws Fault "run-exists". */
function ownId(kind: string, store: RunStore): string {
  const id = idsOf(kind, new Date().toISOString()).find((twin) => store.claim(twin));
  if (id === undefined) throw tooMany(kind);
  return id;
}

/** `--seeds` */
export function seedsOption(): Option {
  return new Option("--seeds <n>", "how many seeds, from 1 on; or a list of seeds, such as 3,7,11")
    .default([1, 2, 3, 4, 5], "5")
    .argParser(seedsFrom);
}

function seedsFrom(text: string): readonly number[] {
  const numbers = text.split(",").map(Number);
  const [count = 0] = numbers;
  const isSound = /^\d+(,\d+)*$/.test(text) && numbers.every(Number.isSafeInteger);
  const isList = numbers.length > 1 && new Set(numbers).size === numbers.length;
  if (isSound && isList) return numbers;
  if (isSound && numbers.length === 1 && count >= 1 && count <= MAX_EXPERIMENT_RUNS) {
    return Array.from({ length: count }, (_, at) => at + 1);
  }
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_EXPERIMENT_RUNS}, or different seeds.`);
}

/** What is said of an experiment that was interrupted. */
export function interruptedText(experiment: string, store: string): string {
  const report = `\`${potluckLine(["report", experiment], store)}\` reports on them`;
  return `interrupted; the runs that were done are kept: ${report}, and the same command again does only what is missing`;
}
