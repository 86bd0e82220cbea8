/**
 * `potluck codec`: what travels. `potluck codec tune` measures what ways to send less cost in accuracy, and proposes one.
 *
 * @module
 */
import { Command, Option } from "commander";
import { compareArms } from "../comparison/comparison.ts";
import { byAccuracy, cheapest, pointsOf } from "../comparison/bytes-front.ts";
import type { Arms } from "../comparison/arms.ts";
import { exitCodes } from "../exit-codes.ts";
import { writeComparison } from "../output/comparison-file.ts";
import { potluckLine, seedsWords, simulateLine } from "../output/shell-command.ts";
import { textTable } from "../output/text-table.ts";
import { bytes, decimal, percent } from "../report/format.ts";
import { candidatesOf } from "../scenario/codec-candidates.ts";
import { loadScenario } from "../scenario/load.ts";
import { scenarioToJson } from "../scenario/write.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { amount } from "./amount.ts";
import { type ArmRequest, interruptedText, runExperiment, seedsOption } from "./experiment.ts";
import { type Format, formatOption, freshOption, jsonOption, storeOption, workersOption } from "./options.ts";
import { exitCodeOf } from "./recorded-run.ts";

interface TuneOptions {
  readonly loss: number;
  readonly seeds: readonly number[];
  readonly workers: number;
  readonly store: string;
  readonly format: Format;
  readonly fresh?: boolean;
  readonly out?: string;
}

/** The subcommand. `finish` is told the exit code. */
export function codecCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const tune = new Command("tune")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .description("Try ways to send less on a scenario, and propose the one with the fewest bytes that is good enough.")
    .argument("<scenario>", "a scenario file; how its models and updates travel is replaced")
    .addOption(
      new Option(
        "--loss <amount>",
        "how much accuracy, or loss where there is none, may be lost: 0.01 is a point of a hundred",
      )
        .default(0.01)
        .argParser(amount),
    )
    .addOption(seedsOption())
    .addOption(workersOption())
    .addOption(storeOption())
    .addOption(freshOption())
    .option("--out <file>", "where the report goes (default: <store>/<comparison>.html)")
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (path: string, options: TuneOptions) => {
      finish(await tuned(path, options, terminal));
    });
  return new Command("codec").description("What travels between clients and the server.").addCommand(tune);
}

const HELP = `
Every way is run as long as the scenario says, on the same seeds, and by the same learning rates: a way that loses a little may
win it back with others. The report draws accuracy against bytes. Every run is kept in the store.
`;

async function tuned(path: string, options: TuneOptions, terminal: Terminal): Promise<number> {
  const { seeds, workers, fresh, format, out, loss } = options;
  const store = runStore(options.store);
  const scenario = await loadScenario(path);
  const tried = candidatesOf(scenarioToJson(scenario), path);
  const command = potluckLine(["codec", "tune", path, "--loss", String(loss), ...seedsWords(seeds)], options.store);
  const first: ArmRequest = { name: "as it is", scenario, command: (seed) => simulateLine(path, seed, options.store) };
  const others = tried.flatMap((one): readonly ArmRequest[] =>
    "scenario" in one ? [{ name: one.name, scenario: one.scenario, command: () => command }] : [],
  );
  const request = { kind: "compare", arms: [first, ...others], seeds, workers, store, fresh } as const;
  const { experiment, status, reused, arms } = await runExperiment(request, terminal);
  if (arms === null) {
    terminal.err(`${interruptedText(experiment, options.store)}\n`);
    if (format === "json") terminal.out(`${JSON.stringify({ comparison: experiment, status, reused })}\n`);
    return exitCodes.interrupted;
  }
  const title = `Ways to send less: ${scenario.title ?? scenario.name}`;
  const report = await writeComparison(compareArms(arms), { title, command }, { store, experiment, out });
  const best = cheapest(arms, loss);
  const refused = tried.flatMap((one) => ("why" in one ? [{ name: one.name, why: one.why }] : []));
  if (format === "json") {
    const ways = pointsOf(arms).map(({ at: _at, ...point }) => point);
    terminal.out(
      `${JSON.stringify({ comparison: experiment, status, reused, ways, best: best.name, refused, report })}\n`,
    );
  } else {
    const lines = [...linesOf(arms, best.name, loss), ...refusedLines(refused), "", `report  ${report}`];
    terminal.out(`${lines.join("\n")}\n`);
  }
  return exitCodeOf({ status });
}

function linesOf(arms: Arms, best: string, loss: number): readonly string[] {
  const accuracy = byAccuracy(arms);
  const points = pointsOf(arms);
  const [first] = points;
  const say = (quality: number | null): string =>
    quality === null ? "not measured" : accuracy ? percent(quality) : decimal(quality);
  const rows = points.map(({ name, bytes: own, quality, isOnFront }) => [
    name,
    bytes(own),
    `${decimal((first?.bytes ?? own) / own)}x`,
    say(quality),
    isOnFront ? "*" : "",
  ]);
  const word = accuracy ? "accuracy" : "loss";
  const hundredths = decimal(100 * loss);
  const within = `within ${accuracy ? `${hundredths} ${hundredths === "1" ? "point" : "points"} of accuracy` : `${decimal(loss)} of the loss`}`;
  return [
    ...textTable(["", "bytes", "fewer", word, ""], rows),
    "* nothing has a better model for fewer bytes",
    "",
    best === "as it is" ? `Send as it is: nothing sends less ${within}.` : `Use "${best}": it sends least ${within}.`,
  ];
}

function refusedLines(refused: readonly { readonly name: string; readonly why: string }[]): readonly string[] {
  return refused.map(({ name, why }) => `not tried: ${name}: ${why}`);
}
