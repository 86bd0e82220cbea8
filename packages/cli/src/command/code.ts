/**
 * `potluck code`: gradient codes. `potluck code tune` chooses one for workers whose times were recorded.
 *
 * @module
 */
import {
  Fault,
  present,
  type RecordedTimes,
  secondsPerLoad,
  type Tuning,
  tuneCoding,
  type WaitOut,
} from "@potluck/core";
import { readTimesFile } from "@potluck/scenario";
import { Command, InvalidArgumentError, Option } from "commander";
import { adviceOf, type TuningGrounds, tuningLines } from "../output/tuning-lines.ts";
import type { Terminal } from "../terminal.ts";
import { amount } from "./amount.ts";
import { type Format, formatOption, jsonOption } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

interface TuneCommandOptions {
  readonly secondsPerLoad?: number;
  readonly load?: number;
  readonly models: number;
  readonly patience: number;
  readonly waitOut: WaitOut;
  readonly format: Format;
}

/** The most models that are trained side by side: codes with longer delays are not tried. */
const MOST_MODELS = 16;

/** The subcommand. */
export function codeCommand(terminal: Terminal): Command {
  const tune = new Command("tune")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .description("Choose a gradient code for workers whose times were recorded, round after round.")
    .argument("<files...>", "files of times, .csv or .json, of the same workers at different loads or at one")
    .option("--seconds-per-load <s>", "how much longer a worker takes for all of a job than for none of it", amount)
    .addOption(
      new Option(
        "--load <share>",
        "what workers computed of a job in the recorded rounds, where a file does not say (default: 1/n)",
      ).argParser(shareOfJob),
    )
    .addOption(
      new Option("--models <n>", "models that are trained side by side: one more than the longest delay of a code")
        .default(4)
        .argParser(wholeNumber(1, MOST_MODELS)),
    )
    .addOption(
      new Option("--patience <mu>", "a round lasts (1 + mu) times as long as its first answer took")
        .default(1)
        .argParser(amount),
    )
    .addOption(
      new Option("--wait-out <whom>", "for whom a round is waited that cannot end in time")
        .choices(["enough", "all"])
        .default("enough"),
    )
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (files: readonly string[], options: TuneCommandOptions) => {
      const { tuning, ...grounds } = await tuned(files, options);
      const object = { ...grounds, advice: adviceOf(tuning), ...tuning };
      const lines = options.format === "json" ? [JSON.stringify(object)] : tuningLines(tuning, grounds);
      terminal.out(`${lines.join("\n")}\n`);
    });
  return new Command("code").description("Gradient codes against stragglers.").addCommand(tune);
}

const HELP = `
Codes are tried on the first half of the rounds; what is told beside is what they take on the other half. Where files were recorded
at different loads (normalised_load), what a load costs is read from them, and the file with the least load is the one to tune on. A file that
does not say its load is taken to be of rounds without a code, in which each of n workers computes 1/n of a job.
`;

async function tuned(
  files: readonly string[],
  { secondsPerLoad: given, load: told, models, patience, waitOut }: TuneCommandOptions,
): Promise<TuningGrounds & { readonly tuning: Tuning }> {
  const read = await Promise.all(files.map(readTimesFile));
  const recorded = read.map(({ seconds, load }) => ({
    seconds,
    load: load ?? told ?? 1 / seconds.length,
    loadIsAssumed: load === null && told === undefined,
  }));
  const slope = given ?? slopeOf(recorded);
  const [least] = recorded.toSorted((a, b) => a.load - b.load);
  const times = present(least, "a file");
  const { load, loadIsAssumed } = times;
  const tuning = tuneCoding({ times, secondsPerLoad: slope, maximumDelay: models - 1, patience, waitOut });
  return { secondsPerLoad: slope, load, loadIsAssumed, tuning };
}

interface LoadedTimes extends RecordedTimes {
  readonly loadIsAssumed: boolean;
}

/** What a load costs, by files whose loads are known. */
function slopeOf(recorded: readonly LoadedTimes[]): number {
  const known = recorded.filter(({ loadIsAssumed }) => !loadIsAssumed);
  if (new Set(known.map(({ load }) => load)).size > 1) return secondsPerLoad(known);
  const said = known.length > 0 ? "were recorded at one load" : "do not say at which load they were recorded";
  throw new Fault(
    "option-invalid",
    `the files ${said}: how long a whole job takes cannot be read from them`,
    "Give --seconds-per-load, or files of different normalised_load.",
  );
}

/** A share of a job. */
function shareOfJob(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}
