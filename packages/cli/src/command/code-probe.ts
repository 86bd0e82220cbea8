/**
 * `potluck code probe`: records how long the workers of a scenario take, for `potluck code tune`.
 *
 * @module
 */
import { counted, decimal } from "@potluck/comparison";
import { dirname } from "node:path";
import { existsSync } from "node:fs";
import { Fault, type TaskNote } from "@potluck/core";
import { type Scenario, timesCsv } from "@potluck/scenario";
import { MAX_PROBED_ROUNDS, probe, type ProbedTimes } from "@potluck/simulator";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { interruptSignal } from "../interrupt.ts";
import { checkFinished, rehearse } from "../live/rehearsal.ts";
import { shellCommand } from "../output/shell-command.ts";
import { textTable } from "../output/text-table.ts";
import { writeWhole } from "../output/writing.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

interface ProbeCommandOptions {
  readonly rounds: number;
  readonly live?: boolean;
  readonly seed: number;
  readonly out: string;
  readonly force?: boolean;
  readonly format: Format;
}

/** As many as `potluck code tune` needs. */
const FEWEST_ROUNDS = 8;

/** The subcommand. `finish` is told the exit code. */
export function codeProbeCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("probe")
    .description("Record how long the workers of a scenario take, round after round, for `potluck code tune`.")
    .argument("<scenario>", "a .ts file that exports a scenario by default, or a .json file; its plan has a coding")
    .addOption(
      new Option("--rounds <n>", "rounds at each of two loads")
        .default(40)
        .argParser(wholeNumber(FEWEST_ROUNDS, MAX_PROBED_ROUNDS)),
    )
    .option("--live", "in real time, with a process of this machine for each worker; else in virtual time")
    .addOption(
      new Option("--seed <n>", "decides what the fleet draws")
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(new Option("--out <file>", "where the times go, a .csv file").default("times.csv"))
    .option("--force", "write over a file that is there")
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (path: string, options: ProbeCommandOptions) => {
      finish(await runProbe(path, options, terminal));
    });
}

const HELP = `
Every worker computes its share of a gradient without a code, and in other rounds half of that; everybody is waited for. Of the code and the
learning rates of the plan nothing is used. A first round at each load is run before, and rounds in which somebody fails are left out.
Then let \`potluck code tune\` choose a code:

  potluck code probe my-plan.json
  potluck code tune times.csv --models 2

Exit codes: 0 done, 1 wrong input, 2 wrong command line, 70 a mistake in Potluck, 130 interrupted.
`;

async function runProbe(path: string, options: ProbeCommandOptions, terminal: Terminal): Promise<number> {
  const { rounds, seed, out, force = false, live = false } = options;
  checkOut(out, force);
  const scenario = await loadScenario(path);
  const { signal, release } = interruptSignal(terminal);
  const onLoad = (load: number): void => {
    terminal.err(`${counted(rounds, "round")} at a load of ${decimal(load)} of a gradient\n`);
  };
  const run = (asked: Scenario): Promise<readonly TaskNote[]> => liveTasks(asked, seed, signal);
  try {
    const probed = await probe({ scenario, seed, rounds, onLoad, signal, ...(live && { run }) });
    writeWhole(out, timesCsv(probed));
    const models = String(scenario.plan.settings["models"] ?? 1);
    const next = shellCommand(["npx", "potluck", "code", "tune", out, "--models", models]);
    print(probed, { file: out, next }, options, terminal);
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    release();
  }
}

interface Place {
  readonly file: string;
  /** The command that chooses a code. */
  readonly next: string;
}

function print(
  probed: readonly ProbedTimes[],
  place: Place,
  { format }: ProbeCommandOptions,
  terminal: Terminal,
): void {
  const { file, next } = place;
  const lines =
    format === "json"
      ? [JSON.stringify({ ...place, loads: probed.map(summaryOf) })]
      : [...probeLines(probed), "", `times in ${file}; choose a code by them with`, "", `  ${next}`];
  terminal.out(`${lines.join("\n")}\n`);
}

/** Throws Fault "option-invalid" and "run-exists". */
function checkOut(out: string, force: boolean): void {
  if (!/\.csv$/iu.test(out)) {
    throw new Fault("option-invalid", `--out must end in .csv, got ${JSON.stringify(out)}`, "Name a .csv file.");
  }
  const folder = dirname(out);
  if (!existsSync(folder)) {
    throw new Fault(
      "output-unwritable",
      `there is no folder "${folder}" for the times`,
      "Make it, or choose another --out.",
    );
  }
  if (force || !existsSync(out)) return;
  const remedy = "Choose another file with --out, or write over it with --force.";
  throw new Fault("run-exists", `the file "${out}" is there already`, remedy);
}

/** Runs a scenario with processes and gives what became of its tasks. Throws Fault "training-failed" where it cannot go on. */
async function liveTasks(scenario: Scenario, seed: number, signal: AbortSignal): Promise<readonly TaskNote[]> {
  const result = await rehearse({ scenario, seed, signal });
  checkFinished(result);
  return result.tasks ?? [];
}

interface LoadSummary {
  readonly load: number;
  readonly rounds: number;
  readonly leftOut: number;
  /** Of all times, and of the slowest of each round. */
  readonly meanSeconds: number;
  readonly slowestSeconds: number;
}

function summaryOf({ load, seconds, leftOut }: ProbedTimes): LoadSummary {
  const rounds = seconds[0]?.length ?? 0;
  const slowest = Array.from({ length: rounds }, (_, round) => Math.max(...seconds.map((own) => own[round] ?? 0)));
  const meanSeconds = meanOf(seconds.flatMap((own) => [...own]));
  return { load, rounds, leftOut, meanSeconds, slowestSeconds: meanOf(slowest) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function probeLines(probed: readonly ProbedTimes[]): readonly string[] {
  return textTable(
    ["load", "rounds", "left out", "a worker, in the mean", "the slowest of a round"],
    probed
      .map(summaryOf)
      .map(({ load, rounds, leftOut, meanSeconds, slowestSeconds }) => [
        decimal(load),
        String(rounds),
        String(leftOut),
        `${decimal(meanSeconds)} s`,
        `${decimal(slowestSeconds)} s`,
      ]),
    [0, 1, 2, 3, 4],
  );
}
