/**
 * `potluck report`: writes reports again, from what the store has kept.
 *
 * @module
 */
import type { RunOutcome } from "@potluck/scenario";
import {
  titleOf,
  compareArms,
  type LeftOut,
  recordedArms,
  type RecordedArms,
  type Unusable,
} from "@potluck/comparison";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault, present } from "@potluck/core";
import { Command } from "commander";
import { writeComparison, writePage } from "../output/comparison-file.ts";
import { comparisonLines, comparisonObject } from "../output/comparison-lines.ts";
import { reportOf } from "../output/report-of.ts";
import { CHECKPOINT_FILE, fileSizes } from "../output/run-folder.ts";
import { readOutcome } from "../output/run-outcome.ts";
import { potluckLine } from "../output/shell-command.ts";
import { renderReport } from "../report/render-report.ts";
import { isLive, type RunRecord, withKin } from "../store/run-record.ts";
import { type RunStore, runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption, storeOption } from "./options.ts";

interface ReportOptions {
  readonly store: string;
  readonly format: Format;
  readonly out?: string;
}

/** The subcommand. */
export function reportCommand(terminal: Terminal): Command {
  return new Command("report")
    .description("Write a report again from runs of the store: of one run, or a comparison of several.")
    .argument("<runs...>", "ids of runs, or as much of them as no other run has; or of comparisons and sweeps")
    .addOption(storeOption())
    .option("--out <file>", "where the report goes (default: into the run's folder, or <store>/report.html)")
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (words: readonly string[], options: ReportOptions) => {
      await report(words, options, terminal);
    });
}

const HELP = `
Runs of the same scenario, whatever their seeds, are one arm; a scenario that was changed is another arm, though it be called
the same. Only seeds that all arms have are compared; of two runs of an arm with the same seed, the later one counts. The
first arm is what the others are measured against. Of a comparison or sweep, runs that were interrupted, or whose results
are gone or damaged, are left out, and it says which; a run that is named by itself must have come to its end.
`;

/** A run that is asked for. */
interface AskedRun {
  readonly run: RunRecord;
  /** Whether by itself, not as one of an experiment, of which a report is made though some of it is lost. */
  readonly isNamed: boolean;
}

async function report(words: readonly string[], options: ReportOptions, terminal: Terminal): Promise<void> {
  const store = runStore(options.store);
  const asked = words.flatMap((word) => askedBy(word, store));
  const runs = [...new Map(asked.map((one) => [one.run.id, one])).values()];
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return reportOne(only.run, [], options, terminal);
  const read = ({ run, isNamed }: AskedRun): RunOutcome | Unusable =>
    (isNamed ? endedOutcome : readingOf)(run, store.folder);
  const readings = new Map(runs.map((one) => [one.run.id, read(one)]));
  const whole = runs.filter(({ run }) => !isUnusable(readings.get(run.id)));
  const [single] = whole;
  if (single !== undefined && whole.length === 1) {
    const leftOut = runs.flatMap(({ run }) => leftOutOf(run, readings.get(run.id)));
    return reportOne(single.run, leftOut, options, terminal);
  }
  const records = runs.map(({ run }) => run);
  const recorded = recordedArms(records.map(withKin), ({ id }) => present(readings.get(id), `what was read of ${id}`));
  return reportComparison({ words, runs: records, store, recorded }, options, terminal);
}

function askedBy(word: string, store: RunStore): readonly AskedRun[] {
  const found = store.find(word);
  return found.map((run) => ({ run, isNamed: found.length === 1 }));
}

/** The outcome of a run that has come to its end. Throws Fault "run-missing" and "file-corrupt". */
function endedOutcome(run: RunRecord, store: string): RunOutcome {
  const { outcome } = readOutcome(run);
  if (outcome.status !== "interrupted") return outcome;
  const message = `the run "${run.id}" was interrupted, and has no end to be compared with that of others`;
  throw new Fault("run-missing", message, `${resumption(run, store)}; or leave it out.`);
}

function resumption({ id, folder }: RunRecord, store: string): string {
  return existsSync(join(folder, CHECKPOINT_FILE))
    ? `\`${potluckLine(["simulate", "--resume", id], store)}\` goes on with it`
    : `\`${potluckLine(["rerun", id], store)}\` begins it again`;
}

/** The same, or why there is none. */
function readingOf(run: RunRecord, store: string): RunOutcome | Unusable {
  if (isLive(run)) return { why: "it was live: its times are not those of a simulation" };
  try {
    return endedOutcome(run, store);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { why: run.status === "interrupted" ? `it was interrupted: ${resumption(run, store)}` : error.message };
  }
}

function isUnusable(reading: RunOutcome | Unusable | undefined): reading is Unusable {
  return reading !== undefined && "why" in reading;
}

function leftOutOf(
  { id: run, arm, scenario, seed }: RunRecord,
  reading: RunOutcome | Unusable | undefined,
): readonly LeftOut[] {
  return isUnusable(reading) ? [{ run, arm: arm ?? scenario, seed, why: reading.why }] : [];
}

/** Which runs of how many are left out, and why; nothing where none is. */
function leftOutText(leftOut: readonly LeftOut[], all: number): string {
  if (leftOut.length === 0) return "";
  const lines = leftOut.map(({ run, arm, seed, why }) => `  ${run} (arm ${arm}, seed ${seed}): ${why}`);
  return `${[`${leftOut.length} of ${all} runs are left out:`, ...lines].join("\n")}\n`;
}

async function reportOne(
  run: RunRecord,
  leftOut: readonly LeftOut[],
  { out, format }: ReportOptions,
  terminal: Terminal,
): Promise<void> {
  const path = await reportRun(run, out);
  terminal.err(leftOutText(leftOut, leftOut.length + 1));
  const object = { report: path, ...(leftOut.length > 0 && { leftOut }) };
  terminal.out(format === "json" ? `${JSON.stringify(object)}\n` : `report  ${path}\n`);
}

async function reportRun(run: RunRecord, out: string | undefined): Promise<string> {
  const { outcome, measuredAfter } = readOutcome(run);
  const about = { run: run.id, title: run.title ?? run.scenario, command: run.command };
  const fileBytes = out === undefined ? fileSizes(run.folder) : {};
  const page = reportOf({ ...about, result: outcome, wallSeconds: measuredAfter, fileBytes });
  return writePage(await renderReport(page), out ?? join(run.folder, "report.html"));
}

/** Runs that are compared. */
interface ComparedRuns {
  readonly words: readonly string[];
  readonly runs: readonly RunRecord[];
  readonly store: RunStore;
  readonly recorded: RecordedArms;
}

async function reportComparison(
  { words, runs, store, recorded }: ComparedRuns,
  { out, format }: ReportOptions,
  terminal: Terminal,
): Promise<void> {
  const { arms, leftOut, lostArms } = recorded;
  const comparison = compareArms(arms);
  terminal.err(leftOutText(leftOut, runs.length));
  if (lostArms.length > 0) {
    terminal.err(`no run is left of ${lostArms.join(", ")}: differences are from ${arms[0].name}\n`);
  }
  const experiments = new Set(runs.map((run) => run.experiment));
  const [first = null] = experiments;
  const experiment = experiments.size === 1 && first !== null ? first : "report";
  const command = potluckLine(["report", ...words], store.folder);
  const about = { title: titleOf(arms), command, leftOut };
  const path = await writeComparison(comparison, about, { store, experiment, out });
  const object = { ...comparisonObject(comparison), leftOut, report: path };
  if (format === "json") terminal.out(`${JSON.stringify(object)}\n`);
  else terminal.out(`${[...comparisonLines(comparison), "", `report  ${path}`].join("\n")}\n`);
}
