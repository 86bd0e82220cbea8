/**
 * Runs that go on from where another was interrupted.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "@potluck/core";
import { parseScenario, type Scenario } from "@potluck/scenario";
import { CHECKPOINT_FILE, type Within } from "../output/run-folder.ts";
import { readOutcome } from "../output/run-outcome.ts";
import { potluckLine } from "../output/shell-command.ts";
import { loadScenario } from "../scenario/load.ts";
import { changedInputs, inputsOf } from "../store/inputs.ts";
import { keptFile, onlyOne, type RunRecord } from "../store/run-record.ts";
import type { RunStore } from "../store/run-store.ts";
import type { InterruptedRun } from "./recorded-run.ts";

/** A run that is to be carried out. */
export interface RunToDo {
  readonly scenario: Scenario;
  readonly seed: number;
  /** The command line that repeats it from the beginning. */
  readonly command: string;
  /** The run that it goes on from, if it does. */
  readonly earlier?: InterruptedRun;
  /** The experiment of that run, which it stays one of. */
  readonly within?: (() => Within) | undefined;
}

/**
 * What goes on from the interrupted run that `word` names. `path` is its scenario, needed where the store could not keep it.
 * Throws Fault "run-missing" for a run that was not interrupted, "scenario-invalid" where the scenario is needed, and
 * "checkpoint-invalid" where a file that the run reads is not what it was when the run began.
 */
export async function resumedRun(store: RunStore, word: string, path: string | undefined): Promise<RunToDo> {
  const record = onlyOne(store.find(word), word);
  const { id, folder, seed, command, status, experiment, arm } = record;
  const file = join(folder, CHECKPOINT_FILE);
  if (!existsSync(file)) {
    const remedy = `Only a run that Ctrl-C ended can go on; \`${potluckLine(["rerun", id], store.folder)}\` begins it again.`;
    throw new Fault("run-missing", `the run "${id}" has no checkpoint: it is ${status}`, remedy);
  }
  const needed = `Give its scenario before --resume, as in: ${command}`;
  const scenario = path === undefined ? parseScenario(keptFile(record, needed), id) : await loadScenario(path);
  assertSameInputs(record, scenario);
  const earlier = {
    checkpoint: new Uint8Array(readFileSync(file)),
    stored: readOutcome(record),
    inputs: record.inputs,
  };
  const within = experiment === null ? undefined : () => ({ experiment, arm: arm ?? scenario.name });
  return { scenario, seed, command, earlier, within };
}

/** Part of a run on some files and part on others would be a run of neither. Throws Fault "checkpoint-invalid". */
function assertSameInputs({ inputs, command }: RunRecord, scenario: Scenario): void {
  const changes = changedInputs(inputs, inputsOf(scenario));
  if (changes.length === 0) return;
  const message = `the run cannot go on from its checkpoint: ${changes.join("; ")}`;
  throw new Fault(
    "checkpoint-invalid",
    message,
    `Put back what was there when it began, or begin it again: ${command}`,
  );
}
