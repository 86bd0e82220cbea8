/**
 * `potluck code tune`: chooses a gradient code for workers whose times were recorded.
 *
 * @module
 */
import {
  explain,
  Fault,
  fittedModel,
  present,
  type RecordedTimes,
  type Slowness,
  toldModel,
  type Tuning,
  tuneCoding,
  type WaitOut,
} from "@potluck/core";
import { readTimesFile, type TimesFile } from "@potluck/scenario";
import { Command, InvalidArgumentError, Option } from "commander";
import { adviceOf, type TuningGrounds, tuningLines } from "../output/tuning-lines.ts";
import type { Terminal } from "../terminal.ts";
import { amount } from "./amount.ts";
import { type Format, formatOption, jsonOption } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

interface TuneCommandOptions {
  readonly secondsPerLoad?: number;
  readonly load?: number;
  readonly slowness?: Slowness;
  readonly models: number;
  readonly patience?: number;
  readonly waitOut: WaitOut;
  readonly format: Format;
}

/** The most models that are trained side by side: codes with longer delays are not tried. */
const MOST_MODELS = 16;

/** The patiences that are tried unless one is given. */
const PATIENCES = [0.25, 0.5, 1, 2] as const;

/** The subcommand. */
export function codeTuneCommand(terminal: Terminal): Command {
  return new Command("tune")
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
      new Option(
        "--slowness <how>",
        "whether slowness adds to the time that work takes, as a slow network does, or multiplies it, as a slow processor does (default: what rounds at two loads show, else adds)",
      ).choices(["adds", "multiplies"]),
    )
    .addOption(
      new Option("--models <n>", "models that are trained side by side: one more than the longest delay of a code")
        .default(4)
        .argParser(wholeNumber(1, MOST_MODELS)),
    )
    .addOption(
      new Option(
        "--patience <mu>",
        `a round lasts (1 + mu) times as long as its first answer took (default: the best of ${PATIENCES.join(", ")})`,
      ).argParser(amount),
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
      const { tuning, grounds } = await tuned(files, options);
      const object = { ...grounds, advice: adviceOf(tuning), ...tuning };
      const lines = options.format === "json" ? [JSON.stringify(object)] : tuningLines(tuning, grounds);
      terminal.out(`${lines.join("\n")}\n`);
    });
}

const HELP = `
\`potluck code probe\` records such times. Codes are tried on the first half of the rounds; what is told beside is what they take on the other half.

Rounds at several loads, in one file with a column "load" or in several, say what a load costs, and whether slowness adds to the time of
work or multiplies it: of rounds that are held out, the one that foretells them better is taken. Where slowness adds, codes are tried on the
rounds whose load is nearest to that without a code; where it multiplies, on those with the greatest, in which it shows best. A file that does not say its
load is taken to be of rounds without a code, in which each of n workers computes 1/n of a job.
`;

interface Tuned {
  readonly tuning: Tuning;
  readonly grounds: TuningGrounds;
}

async function tuned(files: readonly string[], options: TuneCommandOptions): Promise<Tuned> {
  const { load: told, models, patience, waitOut } = options;
  const patiences = patience === undefined ? PATIENCES : [patience];
  const read = joined((await Promise.all(files.map(readTimesFile))).flat());
  const recorded = read.map(({ seconds, load }) => ({
    seconds,
    load: load ?? told ?? 1 / seconds.length,
    loadIsAssumed: load === null && told === undefined,
  }));
  const explanation = options.slowness === undefined ? explain(knownIn(recorded)) : null;
  const slowness = options.slowness ?? (isMultiplied(explanation) ? "multiplies" : "adds");
  const times = chosenTimes(recorded, slowness);
  const timeModel = timeModelOf(recorded, times, { slowness, secondsPerLoad: options.secondsPerLoad });
  const { load, loadIsAssumed } = times;
  const tuning = tuneCoding({ times, timeModel, maximumDelay: models - 1, patiences, waitOut });
  const slownessIsAssumed = explanation === null && options.slowness === undefined;
  return {
    tuning,
    grounds: { ...timeModel, load, loadIsAssumed, slownessIsAssumed, explanation, models, patiences },
  };
}

function isMultiplied(explanation: ReturnType<typeof explain>): boolean {
  return explanation !== null && explanation.multiplies < explanation.adds;
}

interface LoadedTimes extends RecordedTimes {
  readonly loadIsAssumed: boolean;
}

function knownIn(recorded: readonly LoadedTimes[]): readonly LoadedTimes[] {
  return recorded.filter(({ loadIsAssumed }) => !loadIsAssumed);
}

/** Times at each load once: rounds of one load, whichever file they are from, are of the same workers. Throws Fault "data-invalid". */
function joined(read: readonly TimesFile[]): readonly TimesFile[] {
  const workers = present(read[0], "times").seconds.length;
  const other = read.find(({ seconds }) => seconds.length !== workers);
  if (other !== undefined) {
    const message = `the files are of ${workers} and of ${other.seconds.length} workers`;
    throw new Fault("data-invalid", message, "Give times of the same workers.");
  }
  return [...Map.groupBy(read, ({ load }) => load)].map(([load, same]) => ({
    load,
    seconds: Array.from({ length: workers }, (_, worker) =>
      Float64Array.from(same.flatMap(({ seconds }) => [...(seconds[worker] ?? [])])),
    ),
  }));
}

/** The times to try codes on: where slowness adds, at the load nearest to that without a code; else at the greatest. */
function chosenTimes(recorded: readonly LoadedTimes[], slowness: Slowness): LoadedTimes {
  const far = ({ load, seconds }: LoadedTimes): number => Math.abs(load - 1 / seconds.length);
  const order = recorded.toSorted((a, b) => (slowness === "adds" ? far(a) - far(b) : b.load - a.load));
  return present(order[0], "times at a load");
}

/** What a load costs: as it is told, or by files whose loads are known. */
function timeModelOf(
  recorded: readonly LoadedTimes[],
  times: LoadedTimes,
  { slowness, secondsPerLoad }: { readonly slowness: Slowness; readonly secondsPerLoad: number | undefined },
): ReturnType<typeof toldModel> {
  if (secondsPerLoad !== undefined) return toldModel(times, { slowness, secondsPerLoad });
  const known = knownIn(recorded);
  if (new Set(known.map(({ load }) => load)).size > 1) return fittedModel(known, slowness);
  const said = known.length > 0 ? "were recorded at one load" : "do not say at which load they were recorded";
  throw new Fault(
    "option-invalid",
    `the files ${said}: how long a whole job takes cannot be read from them`,
    "Give --seconds-per-load, or times at two loads, such as `potluck code probe` records.",
  );
}

/** A share of a job. */
function shareOfJob(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}
