/**
 * `potluck sweep`: runs a scenario with every combination of some settings, and sorts what came of it.
 *
 * @module
 */
import {
  type Arms,
  NO_NUMBER,
  compareArms,
  type Comparison,
  metrics,
  ranking,
  type Row,
  warningsOfArms,
  differenceText,
  meanAndSpread,
  NOT_COMPARABLE,
  counted,
} from "@potluck/comparison";
import { parseScenario, scenarioToJson } from "@potluck/scenario";
import { Fault, invariant } from "@potluck/core";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { potluckLine, seedsWords } from "../output/shell-command.ts";
import { textTable } from "../output/text-table.ts";
import { loadScenarioFile } from "../scenario/load.ts";
import { combinations, type Combination, settingFrom } from "../scenario/variations.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "./compare.ts";
import { type ArmRequest, interruptedText, runExperiment, seedsOption } from "./experiment.ts";
import { type Format, formatOption, freshOption, jsonOption, storeOption, workersOption } from "./options.ts";
import { exitCodeOf } from "./recorded-run.ts";

interface SweepOptions {
  readonly set: readonly string[];
  /** Accuracy, or loss where there is none, unless given. */
  readonly by?: string;
  readonly seeds: readonly number[];
  readonly workers: number;
  readonly store: string;
  readonly format: Format;
  readonly fresh?: boolean;
}

/** The subcommand. `finish` is told the exit code. */
export function sweepCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("sweep")
    .description("Run a scenario with every combination of settings on the same seeds, and list them, best first.")
    .argument("<scenario>", "a scenario file")
    .requiredOption("--set <path=values>", "a setting and its values; may be given again", collect, [])
    .addOption(
      new Option(
        "--by <number>",
        "what decides which is best (default: accuracy, or loss where there is none)",
      ).choices(metrics.map(({ key }) => key)),
    )
    .addOption(seedsOption())
    .addOption(workersOption())
    .addOption(storeOption())
    .addOption(freshOption())
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (path: string, options: SweepOptions) => {
      finish(await sweep(path, options, terminal));
    });
}

const HELP = `
A path leads into the scenario as a file, values are JSON or words:

  potluck sweep plan.json --set plan.solver.learningRate=0.01,0.05,0.1 --set plan.pacing.cohort=5,10
  potluck sweep plan.json --set 'plan.serverOptimizer={"name":"sgd"},{"name":"momentum","momentum":0.9}'
`;

async function sweep(path: string, options: SweepOptions, terminal: Terminal): Promise<number> {
  const { seeds, workers, fresh, format } = options;
  const store = runStore(options.store);
  const grid = combinations(options.set.map(settingFrom));
  const file = await loadScenarioFile(path);
  const command = commandOf(path, options);
  const [first, ...others] = grid.map((combination): ArmRequest => {
    const scenario = parseScenario(combination.applyTo(file), path);
    return { name: combination.name, scenario, command: () => command };
  });
  invariant(first !== undefined, "a combination of settings");
  refuseTwins([first, ...others]);
  const request = { kind: "sweep", arms: [first, ...others], seeds, workers, store, fresh } as const;
  const { experiment, status, reused, arms } = await runExperiment(request, terminal);
  if (arms === null) {
    terminal.err(`${interruptedText(experiment, options.store)}\n`);
    if (format === "json") terminal.out(`${JSON.stringify({ sweep: experiment, status, reused })}\n`);
    return exitCodes.interrupted;
  }
  const by = options.by ?? usualNumber(arms);
  const comparison = ranked(arms, by);
  const report = potluckLine(["report", experiment], options.store);
  if (format === "json") {
    terminal.out(
      `${JSON.stringify({ sweep: experiment, status, reused, ...rankingObject(comparison, { grid, by }) })}\n`,
    );
  } else terminal.out(`${rankingLines(comparison, { grid, by, report, command }).join("\n")}\n`);
  return exitCodeOf({ status });
}

/** Throws Fault "option-invalid" where two combinations differ in name or title only, and would be trained twice alike. */
function refuseTwins(arms: readonly ArmRequest[]): void {
  const seen = new Map<string, string>();
  for (const { name, scenario } of arms) {
    const key = JSON.stringify(scenarioToJson({ ...scenario, name: "same", title: "same" }));
    const twin = seen.get(key);
    if (twin !== undefined) {
      const remedy = "Vary what is trained; --seeds says on how many seeds it is tried.";
      throw new Fault("option-invalid", `--set makes the same scenario of ${twin} and of ${name}`, remedy);
    }
    seen.set(key, name);
  }
}

function commandOf(path: string, { set, by, seeds, store }: SweepOptions): string {
  const settings = set.flatMap((setting) => ["--set", setting]);
  return potluckLine(
    ["sweep", path, ...settings, ...(by === undefined ? [] : ["--by", by]), ...seedsWords(seeds)],
    store,
  );
}

/** The number that arms are sorted by unless another is given: accuracy, or loss where no arm has one. */
export function usualNumber(arms: Arms): "accuracy" | "loss" {
  return rowOf(compareArms(arms), "accuracy") === undefined ? "loss" : "accuracy";
}

/** The arms compared in the order of a number, the best one first; those that have it on fewer seeds come later. */
export function ranked(arms: Arms, by: string): Comparison {
  const row = rowOf(compareArms(arms), by);
  const order = row === undefined ? [] : ranking(row.metric, row.standings).map(({ arm }) => arm);
  const [first = arms[0], ...others] = arms.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return compareArms([first, ...others]);
}

function rowOf({ rows }: Comparison, by: string): Row | undefined {
  return rows.find(({ metric }) => metric.key === by);
}

interface Ranking {
  readonly grid: readonly Combination[];
  readonly by: string;
}

/** Command lines about a sweep. */
interface SweepLines {
  /** The one that compares its arms in full. */
  readonly report: string;
  /** The one that does it again. */
  readonly command: string;
}

/** The table of a sweep. */
export function rankingLines(
  comparison: Comparison,
  { grid, by, report, command }: Ranking & SweepLines,
): readonly string[] {
  const { arms } = comparison;
  const row = rowOf(comparison, by);
  const valuesOf = (name: string): readonly string[] =>
    grid.find((combination) => combination.name === name)?.settings.map(({ text }) => text) ?? [];
  const lines = arms.map(({ name }, at) => {
    const standing = row?.standings[at];
    const numbers =
      row === undefined || standing === undefined
        ? [isIncomparable(comparison, by) ? NOT_COMPARABLE : NO_NUMBER, ""]
        : [meanAndSpread(row.metric, standing), differenceText(row.metric, standing)];
    return [...valuesOf(name), ...numbers];
  });
  const paths = grid[0]?.settings.map(({ path }) => path) ?? [];
  const virtual = row?.metric.unit === "seconds" ? " (virtual)" : "";
  return [
    `${counted(arms.length, "combination")} on ${counted(arms[0].runs.length, "seed")}, ${orderText(comparison, by)}`,
    "",
    ...textTable([...paths, `${by}${virtual}`, "minus the best (95 %)"], lines),
    "",
    `\`${report}\` compares them in full`,
    `\`${command}\` does it again, and trains only what is missing`,
  ];
}

function orderText(comparison: Comparison, by: string): string {
  if (rowOf(comparison, by) !== undefined) return `best ${by} first`;
  const why = isIncomparable(comparison, by)
    ? "losses of different kinds are not comparable"
    : `none of them has ${by}`;
  return `in the order of the settings, since ${why}`;
}

function isIncomparable({ incomparable }: Comparison, by: string): boolean {
  return incomparable.some(({ key }) => key === by);
}

function rankingObject(comparison: Comparison, { grid, by }: Ranking): Readonly<Record<string, unknown>> {
  const row = rowOf(comparison, by);
  return {
    by,
    warnings: warningsOfArms(comparison.arms),
    notComparable: comparison.incomparable.map(({ key }) => key),
    combinations: comparison.arms.map(({ name, runs }, at) => ({
      settings: Object.fromEntries(
        grid.find((combination) => combination.name === name)?.settings.map(({ path, value }) => [path, value]) ?? [],
      ),
      ...row?.standings[at],
      runs: runs.map(({ run }) => run),
    })),
  };
}
