/**
 * `potluck rerun`: runs a run of the store again, and says whether it came to the same model.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { checkFeasible, parseScenario } from "@potluck/scenario";
import { Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { interruptSignal } from "../interrupt.ts";
import { summaryObject } from "../output/summary.ts";
import { tellWarnings } from "../output/warning-lines.ts";
import { progressDisplay } from "../progress/progress.ts";
import { versionsHere } from "../store/circumstances.ts";
import { changedInputs, inputsOf } from "../store/inputs.ts";
import { isLive, keptFile, onlyOne, type RunRecord } from "../store/run-record.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption, storeOption, workersOption } from "./options.ts";
import { exitCodeOf, type RecordedRun, recordedRun } from "./recorded-run.ts";

interface RerunOptions {
  readonly store: string;
  readonly workers: number;
  readonly format: Format;
}

/** The subcommand. `finish` is told the exit code. */
export function rerunCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("rerun")
    .description("Run a run of the store again, with the same scenario and seed, and compare the models.")
    .argument("<run>", "its id, or as much of it as no other run has")
    .addOption(workersOption())
    .addOption(storeOption())
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (word: string, options: RerunOptions) => {
      finish(await rerun(word, options, terminal));
    });
}

const HELP = `
The exit code is 0 if the model is the same, bit by bit, or if the first run had none to compare with (it was
interrupted, or failed), and 1 if it is another one. The new run is a run of the store like any other.
`;

async function rerun(word: string, options: RerunOptions, terminal: Terminal): Promise<number> {
  const { workers, format } = options;
  const store = runStore(options.store);
  const record = onlyOne(store.find(word), word);
  const { seed, command } = record;
  if (isLive(record)) {
    const message = `the run "${record.id}" was live: when its workers answered is not in the store`;
    throw new Fault("run-missing", message, `Run it live again: ${command}`);
  }
  const scenario = parseScenario(keptFile(record, `Run its source again: ${command}`), record.id);
  checkFeasible(scenario);
  tellWarnings(scenario, terminal);
  const inputs = inputsOf(scenario);
  const display = progressDisplay(scenario, terminal);
  const { signal, release } = interruptSignal(terminal);
  try {
    const onProgress = display.show;
    const run = await recordedRun({ scenario, seed, workers, store, command, report: true, signal, onProgress });
    display.end();
    const verdict = verdictOf(record, run, inputs);
    if (format === "json") {
      terminal.out(`${JSON.stringify({ ...summaryObject(run.result, run.place), rerunOf: record.id, ...verdict })}\n`);
    } else terminal.out(`${verdict.sentence}\nreport ${run.place.path}/report.html\n`);
    return verdict.same === false ? exitCodes.fault : exitCodeOf(run.result);
  } finally {
    display.end();
    release();
  }
}

interface Verdict {
  /** Whether the models are the same; null where there is nothing to compare. */
  readonly same: boolean | null;
  readonly sentence: string;
}

function verdictOf(record: RunRecord, { result }: RecordedRun, inputs: RunRecord["inputs"]): Verdict {
  const complete = [record.status, result.status].every((status) => status === "finished" || status === "stalled");
  if (!complete || record.modelHash === null) {
    const which = complete || result.status !== "interrupted" ? `"${record.id}" was ${record.status}` : "interrupted";
    return { same: null, sentence: `nothing to compare: ${which}; the model is now ${result.modelHash}` };
  }
  const same = record.modelHash === result.modelHash;
  if (same) return { same, sentence: `the same model, bit by bit: ${result.modelHash}` };
  return {
    same,
    sentence: `another model: ${record.modelHash} before, ${result.modelHash} now${changesSince(record, inputs)}`,
  };
}

/** Which versions and files are not those of the first run: with the same ones, the model is the same. */
function changesSince({ versions, inputs: before }: RunRecord, inputs: RunRecord["inputs"]): string {
  const here = versionsHere();
  const changed = Object.keys(here)
    .filter((name) => versions[name] !== here[name])
    .map((name) => `${name} ${versions[name] ?? "unknown"} before, ${here[name] ?? "unknown"} now`);
  const changes = [...changed, ...changedInputs(before, inputs)];
  return changes.length === 0
    ? "; no version and no file that is recorded has changed: this run cannot be reproduced, please report it"
    : ` (${changes.join("; ")})`;
}
