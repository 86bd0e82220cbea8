/**
 * `potluck report`: writes reports again, from what the store has kept.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { titleOf } from "../comparison/arms.ts";
import { compareArms } from "../comparison/comparison.ts";
import { recordedArms } from "../comparison/recorded-arms.ts";
import { writeComparison, writePage } from "../output/comparison-file.ts";
import { comparisonLines, comparisonObject } from "../output/comparison-lines.ts";
import { reportOf } from "../output/report-of.ts";
import { fileSizes } from "../output/run-folder.ts";
import { OUTCOME_FILE, readOutcome } from "../output/run-outcome.ts";
import { shellCommand } from "../output/shell-command.ts";
import { renderReport } from "../report/render-report.ts";
import type { RunRecord } from "../store/run-record.ts";
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
first arm is what the others are measured against.
`;

async function report(words: readonly string[], options: ReportOptions, terminal: Terminal): Promise<void> {
  const store = runStore(options.store);
  const runs = [...new Map(words.flatMap((word) => chosen(word, store)).map((run) => [run.id, run])).values()];
  const [only, another] = runs;
  if (only === undefined || another !== undefined) return reportComparison({ words, runs, store }, options, terminal);
  const path = await reportRun(only, options.out);
  terminal.out(options.format === "json" ? `${JSON.stringify({ report: path })}\n` : `report  ${path}\n`);
}

/** The runs that a word names; of an experiment those that were done. */
function chosen(word: string, store: RunStore): readonly RunRecord[] {
  const found = store.find(word);
  const done = found.filter(({ status }) => status === "finished" || status === "stalled");
  const whole = done.filter(({ folder }) => existsSync(join(folder, OUTCOME_FILE)));
  return found.length > 1 && whole.length > 0 ? whole : found;
}

async function reportRun(run: RunRecord, out: string | undefined): Promise<string> {
  const { outcome, measuredAfter } = readOutcome(run);
  const about = { run: run.id, title: run.title ?? run.scenario, command: run.command };
  const fileBytes = out === undefined ? fileSizes(run.folder) : {};
  const page = reportOf({ ...about, result: outcome, wallSeconds: measuredAfter, fileBytes });
  return writePage(await renderReport(page), out ?? join(run.folder, "report.html"));
}

async function reportComparison(
  { words, runs, store }: { words: readonly string[]; runs: readonly RunRecord[]; store: RunStore },
  { out, format }: ReportOptions,
  terminal: Terminal,
): Promise<void> {
  const arms = recordedArms(runs, (run) => readOutcome(run).outcome);
  const comparison = compareArms(arms);
  const compared = arms.reduce((sum, arm) => sum + arm.runs.length, 0);
  if (compared < runs.length) {
    terminal.err(`${runs.length - compared} of ${runs.length} runs are left out: not all arms have their seeds\n`);
  }
  const experiments = new Set(runs.map((run) => run.experiment));
  const [first = null] = experiments;
  const experiment = experiments.size === 1 && first !== null ? first : "report";
  const about = { title: titleOf(arms), command: shellCommand(["npx", "potluck", "report", ...words]) };
  const path = await writeComparison(comparison, about, { store, experiment, out });
  if (format === "json") terminal.out(`${JSON.stringify({ ...comparisonObject(comparison), report: path })}\n`);
  else terminal.out(`${[...comparisonLines(comparison), "", `report  ${path}`].join("\n")}\n`);
}
