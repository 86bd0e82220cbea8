/**
 * Experiments: several arms, each run on the same seeds, every run kept in the store.
 *
 * @module
 */
import { checkFeasible, type RunResult, type Scenario } from "@potluck/simulator";
import { Fault, present } from "@potluck/core";
import { Option, InvalidArgumentError } from "commander";
import type { Arm, ArmRun, Arms } from "../comparison/arms.ts";
import { heldOutTexts } from "../output/held-out.ts";
import { runId } from "../output/run-folder.ts";
import { duration, NOT_MEASURED } from "../report/format.ts";
import type { RunStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { interruptSignal, type RecordedRun, recordedRun } from "./recorded-run.ts";

/** The most runs of one experiment. */
const MAX_EXPERIMENT_RUNS = 10_000;

/** An arm that is to be run. */
export interface ArmRequest {
  readonly name: string;
  readonly scenario: Scenario;
  /** The command line that repeats its run with a seed. */
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
}

/** What an experiment has come to. */
export interface ExperimentResult {
  /** Its id in the store. */
  readonly experiment: string;
  /** "stalled" if a run could not carry out its plan, "interrupted" if not all runs were done. */
  readonly status: RunResult["status"];
  /** The arms with all seeds; null for an experiment that was interrupted. */
  readonly arms: Arms | null;
}

/**
 * Runs all arms, seed by seed, and says how it goes. Throws Fault "plan-contradiction" before the first run if an arm can
 * never be run, "option-invalid" for more than {@link MAX_EXPERIMENT_RUNS}, and what runs throw.
 */
export async function runExperiment(request: ExperimentRequest, terminal: Terminal): Promise<ExperimentResult> {
  const { arms, seeds, kind, store } = request;
  for (const { scenario } of arms) checkFeasible(scenario);
  const total = arms.length * seeds.length;
  if (total > MAX_EXPERIMENT_RUNS) {
    const message = `${arms.length} arms on ${seeds.length} seeds are ${total} runs, more than ${MAX_EXPERIMENT_RUNS}`;
    throw new Fault("option-invalid", message, "Choose fewer values or fewer seeds.");
  }
  const experiment = freeId(kind, store);
  const { signal, release } = interruptSignal(terminal);
  const done: { readonly arm: string; readonly run: ArmRun }[] = [];
  let wallSeconds = 0;
  try {
    for (const seed of seeds) {
      for (const arm of arms) {
        const run = await runArm(request, { arm, seed, experiment, signal });
        if (run.result.status === "interrupted") return { experiment, status: "interrupted", arms: null };
        done.push({ arm: arm.name, run: armRun(run) });
        wallSeconds += run.result.wall.wallSeconds;
        const left = (wallSeconds / done.length) * (total - done.length);
        terminal.err(`${progressOf(run, `${done.length}/${total} ${arm.name}, seed ${seed}`, left)}\n`);
      }
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
    experiment,
    status: stalled ? "stalled" : "finished",
    arms: [armOf(first.name), ...others.map(({ name }) => armOf(name))],
  };
}

async function runArm(
  { workers, store }: ExperimentRequest,
  { arm, seed, experiment, signal }: { arm: ArmRequest; seed: number; experiment: string; signal: AbortSignal },
): Promise<RecordedRun> {
  const { scenario, name } = arm;
  const within = { experiment, arm: name };
  const shared = { scenario, seed, workers, store, within, signal };
  return recordedRun({ ...shared, command: arm.command(seed), report: false, onProgress: () => undefined });
}

/** What is kept of a run: not its model, of which there would be many. */
function armRun({ result, place }: RecordedRun): ArmRun {
  const { model: _model, params: _params, layout: _layout, checkpoint: _checkpoint, ...outcome } = result;
  return { run: place.run, seed: result.seed, outcome };
}

function progressOf({ result }: RecordedRun, what: string, secondsLeft: number): string {
  const last = result.measurements.at(-1);
  const [heldOut = NOT_MEASURED] = last === undefined ? [] : heldOutTexts(last);
  const times = `virtual ${duration(result.virtualSeconds)}  wall ${duration(result.wall.wallSeconds)}`;
  const rest = secondsLeft > 0 ? `  about ${duration(secondsLeft)} left` : "";
  return `${what}: ${result.status}  ${heldOut}  ${times}${rest}`;
}

/** An id for an experiment that begins now, which no other has. */
function freeId(kind: string, store: RunStore): string {
  const id = runId(kind, new Date());
  const taken = new Set(store.list().map(({ experiment }) => experiment));
  const twins = Array.from({ length: taken.size + 1 }, (_, at) => (at === 0 ? id : `${id}-${at + 1}`));
  return present(
    twins.find((twin) => !taken.has(twin)),
    "an id that is free",
  );
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
export function interruptedText(experiment: string): string {
  return `interrupted; the runs that were done are kept: \`potluck report ${experiment}\` reports on them`;
}
