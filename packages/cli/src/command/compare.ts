/**
 * `potluck compare`: runs plans on the same seeds and says what is between them.
 *
 * @module
 */
import { distinct, titleOf, compareArms } from "@potluck/comparison";
import { basename, extname } from "node:path";
import { invariant, present } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { comparisonLines, comparisonObject } from "../output/comparison-lines.ts";
import { writeComparison } from "../output/comparison-file.ts";
import { potluckLine, seedsWords, simulateLine } from "../output/shell-command.ts";
import { loadPlan, loadScenario } from "../scenario/load.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { type ArmRequest, interruptedText, runExperiment, seedsOption } from "./experiment.ts";
import { type Format, formatOption, freshOption, jsonOption, storeOption, workersOption } from "./options.ts";
import { exitCodeOf } from "./recorded-run.ts";

interface CompareOptions {
  readonly seeds: readonly number[];
  readonly plan: readonly string[];
  readonly workers: number;
  readonly store: string;
  readonly format: Format;
  readonly fresh?: boolean;
  readonly out?: string;
}

/** The subcommand. `finish` is told the exit code. */
export function compareCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("compare")
    .description("Run several scenarios, or one with several plans, on the same seeds, and compare them pair by pair.")
    .argument("<scenarios...>", "scenario files; the first is what the others are measured against")
    .option("--plan <file>", "the first scenario with another plan, from a file; may be given again", collect, [])
    .addOption(seedsOption())
    .addOption(workersOption())
    .addOption(storeOption())
    .addOption(freshOption())
    .option("--out <file>", "where the report goes (default: <store>/<comparison>.html)")
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (paths: readonly string[], options: CompareOptions) => {
      finish(await compare(paths, options, terminal));
    });
}

const HELP = `
For each seed all arms have the same data, partition, fleet and first model, as far as their scenarios name the same
ones. Every run is kept in the store; \`potluck report <comparison>\` writes the report again.
`;

/** One more value of an option that may be given again. */
export function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

async function compare(paths: readonly string[], options: CompareOptions, terminal: Terminal): Promise<number> {
  const { seeds, workers, fresh, format, out } = options;
  const store = runStore(options.store);
  const [first, ...others] = await armsOf(paths, options);
  invariant(first !== undefined, "a scenario to compare");
  const request = { kind: "compare", arms: [first, ...others], seeds, workers, store, fresh } as const;
  const { experiment, status, reused, arms } = await runExperiment(request, terminal);
  if (arms === null) {
    terminal.err(`${interruptedText(experiment, options.store)}\n`);
    if (format === "json") terminal.out(`${JSON.stringify({ comparison: experiment, status, reused })}\n`);
    return exitCodes.interrupted;
  }
  const comparison = compareArms(arms);
  const command = commandOf(paths, options);
  const report = await writeComparison(comparison, { title: titleOf(arms), command }, { store, experiment, out });
  if (format === "json") {
    const object = { comparison: experiment, status, reused, ...comparisonObject(comparison), report };
    terminal.out(`${JSON.stringify(object)}\n`);
  } else terminal.out(`${[...comparisonLines(comparison), "", `report  ${report}`].join("\n")}\n`);
  return exitCodeOf({ status });
}

function commandOf(paths: readonly string[], { plan, seeds, store }: CompareOptions): string {
  const words = [...paths, ...plan.flatMap((path) => ["--plan", path])];
  return potluckLine(["compare", ...words, ...seedsWords(seeds)], store);
}

/** The arms: the scenarios, and the first of them with each of the other plans. */
async function armsOf(paths: readonly string[], options: CompareOptions): Promise<readonly ArmRequest[]> {
  const command = commandOf(paths, options);
  const scenarios: { readonly path: string; readonly scenario: Scenario }[] = [];
  for (const path of paths) scenarios.push({ path, scenario: await loadScenario(path) });
  const plans: typeof scenarios = [];
  const [first] = scenarios;
  for (const path of options.plan) {
    if (first !== undefined) plans.push({ path, scenario: { ...first.scenario, plan: await loadPlan(path) } });
  }
  const arms = [
    ...scenarios.map(({ path, scenario }) => ({
      path,
      scenario,
      name: scenario.name,
      command: (seed: number) => simulateLine(path, seed, options.store),
    })),
    ...plans.map(({ path, scenario }) => ({ path, scenario, name: stem(path), command: () => command })),
  ];
  return named(arms);
}

function stem(path: string): string {
  return basename(path, extname(path));
}

/** Arms with names that differ: of scenarios that are called alike, those of their files, and then with a number. */
function named(arms: readonly (ArmRequest & { readonly path: string })[]): readonly ArmRequest[] {
  const isTwin = (name: string): boolean => arms.filter((arm) => arm.name === name).length > 1;
  const names = distinct(arms.map(({ name, path }) => (isTwin(name) ? stem(path) : name)));
  return arms.map(({ scenario, command }, at) => ({ scenario, command, name: present(names[at], "a name") }));
}
