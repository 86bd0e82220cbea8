/**
 * `potluck codec`: what travels. `potluck codec tune` measures what ways to send less cost in accuracy, and proposes one.
 *
 * @module
 */
import {
  compareArms,
  warningsOfArms,
  type ArmPoint,
  byAccuracy,
  cheapest,
  pointsOf,
  type Arms,
  bytes,
  decimal,
  percent,
} from "@potluck/comparison";
import { Fault } from "@potluck/core";
import { lossOf, type Scenario, scenarioToJson } from "@potluck/scenario";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { writeComparison } from "../output/comparison-file.ts";
import { potluckLine, seedsWords, simulateLine } from "../output/shell-command.ts";
import { textTable } from "../output/text-table.ts";
import { AS_IT_IS, candidatesOf, type Tried } from "../scenario/codec-candidates.ts";
import { loadScenario } from "../scenario/load.ts";
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
        "how much accuracy, or loss where there is none, may be lost against whole float32: 0.01 is a point of a hundred",
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
Every way is run for all versions that the scenario has, past its target, on the same seeds, and by the same learning rates: a way that
loses a little may win it back with others. They are measured against whole float32 both ways, which is tried as well where the
scenario itself sends less. Control variates (scaffold, scallion, scafcom) stay, by whichever of these goes with the codec of a way, and so do the momentum of dgc
and a rate that ef21-w estimates, where the codec goes with them. The report draws accuracy against bytes. Every run is kept in the store.
`;

async function tuned(path: string, options: TuneOptions, terminal: Terminal): Promise<number> {
  const { seeds, workers, fresh, format, out, loss } = options;
  const store = runStore(options.store);
  const scenario = await loadScenario(path);
  assertTolerance(loss, scenario);
  const { baseline, others } = candidatesOf(scenarioToJson(scenario), path);
  const command = potluckLine(["codec", "tune", path, "--loss", String(loss), ...seedsWords(seeds)], options.store);
  const armOf = (one: Tried): ArmRequest => ({
    ...one,
    command: (seed) =>
      one.name === AS_IT_IS && scenario.stopAtTarget !== true ? simulateLine(path, seed, options.store) : command,
  });
  const tried = [armOf(baseline), ...others.flatMap((one) => ("scenario" in one ? [armOf(one)] : []))] as const;
  const request = { kind: "compare", arms: tried, seeds, workers, store, fresh } as const;
  const { experiment, status, reused, arms } = await runExperiment(request, terminal);
  if (arms === null) {
    terminal.err(`${interruptedText(experiment, options.store)}\n`);
    if (format === "json") terminal.out(`${JSON.stringify({ comparison: experiment, status, reused })}\n`);
    return exitCodes.interrupted;
  }
  const title = `Ways to send less: ${scenario.title ?? scenario.name}`;
  const report = await writeComparison(compareArms(arms), { title, command }, { store, experiment, out });
  const best = cheapest(arms, loss);
  const refused = others.flatMap((one) => ("why" in one ? [{ name: one.name, why: one.why }] : []));
  if (format === "json") {
    const ways = pointsOf(arms).map(({ at: _at, ...point }) => point);
    const warnings = warningsOfArms(arms);
    const found = { baseline: baseline.name, warnings, ways, best: best?.name ?? null, refused };
    const told = { comparison: experiment, status, reused, ...found, report };
    terminal.out(`${JSON.stringify(told)}\n`);
  } else {
    const lines = [...linesOf(arms, best, loss), ...refusedLines(refused), "", `report  ${report}`];
    terminal.out(`${lines.join("\n")}\n`);
  }
  return exitCodeOf({ status });
}

/** Throws Fault "option-invalid" for more accuracy than there is. */
function assertTolerance(loss: number, scenario: Scenario): void {
  if (loss <= 1 || !lossOf(scenario).hasAccuracy) return;
  const message = `--loss ${decimal(loss)} is ${decimal(100 * loss)} points of accuracy, and there are 100`;
  throw new Fault("option-invalid", message, "A point of a hundred is 0.01.");
}

function linesOf(arms: Arms, best: ArmPoint | null, loss: number): readonly string[] {
  const accuracy = byAccuracy(arms);
  const points = pointsOf(arms);
  const [first] = points;
  const rows = points.map((point) => [
    point.name,
    bytes(point.bytes),
    `${decimal((first?.bytes ?? point.bytes) / point.bytes)}x`,
    qualityWords(point, accuracy),
    differenceWords(point, accuracy),
    point.isOnFront ? "*" : "",
  ]);
  const [{ runs }] = arms;
  const over = runs.length === 1 ? "of one seed" : `the mean of ${runs.length} seeds ± their standard deviation`;
  return [
    ...textTable(["", "bytes", "fewer", accuracy ? "accuracy" : "loss", "difference", ""], rows),
    `${accuracy ? "accuracy" : "loss"}: ${over}`,
    `difference: from "${first?.name ?? ""}", seed by seed${runs.length === 1 ? "" : ", with the 95% interval of its mean"}`,
    "* nothing has a better model for fewer bytes",
    "",
    proposal(best?.name ?? null, { first: first?.name ?? "", within: withinWords(loss, accuracy) }),
    ...doubt(best, { accuracy, loss, seeds: runs.length }),
  ];
}

function qualityWords({ quality, spread }: ArmPoint, accuracy: boolean): string {
  if (quality === null) return "not measured";
  if (!accuracy) return spread === null ? decimal(quality) : `${decimal(quality)} ± ${decimal(spread)}`;
  return spread === null ? percent(quality) : `${percent(quality)} ± ${decimal(100 * spread)}`;
}

/** "−0.8 (−1.6 to +0.1)", in points of accuracy or in the units of the loss; nothing where there is none. */
function differenceWords({ difference }: ArmPoint, accuracy: boolean): string {
  if (difference === null) return "";
  const { mean, low, high } = difference;
  const [own, ...ends] = [mean, low, high].map((value) => (value === null ? "" : signed(value, accuracy)));
  return low === null || high === null ? (own ?? "") : `${own} (${ends.join(" to ")})`;
}

function signed(value: number, accuracy: boolean): string {
  const size = decimal(accuracy ? 100 * Math.abs(value) : Math.abs(value));
  if (size === "0") return size;
  return `${value < 0 ? "−" : "+"}${size}`;
}

/** That so few seeds do not say what is proposed costs no more than may be lost, where they do not. */
function doubt(
  best: ArmPoint | null,
  { accuracy, loss, seeds }: { readonly accuracy: boolean; readonly loss: number; readonly seeds: number },
): readonly string[] {
  if (best === null || best.difference === null) return [];
  const { low, high } = best.difference;
  if (low === null || high === null) return ["One seed decides nothing: try more of them."];
  const worst = accuracy ? -low : high;
  if (worst <= loss) return [];
  const size = accuracy ? `${decimal(100 * worst)} points of accuracy` : `${decimal(worst)} of the loss`;
  return [
    `That it costs no more is not shown by ${seeds} seeds: the interval reaches to ${size}. More seeds narrow it.`,
  ];
}

function withinWords(loss: number, accuracy: boolean): string {
  const hundredths = decimal(100 * loss);
  if (!accuracy) return `within ${decimal(loss)} of the loss`;
  return `within ${hundredths} ${hundredths === "1" ? "point" : "points"} of accuracy`;
}

function proposal(best: string | null, { first, within }: { readonly first: string; readonly within: string }): string {
  if (best === null) return `Nothing is proposed: "${first}", which others are measured against, ended with no model.`;
  const measured = first === AS_IT_IS ? within : `${within} of "${first}"`;
  if (best !== first) return `Use "${best}": it sends least ${measured}.`;
  return first === AS_IT_IS
    ? `Send as it is: nothing sends less ${measured}.`
    : `Send all numbers as they are: nothing sends less ${within}.`;
}

function refusedLines(refused: readonly { readonly name: string; readonly why: string }[]): readonly string[] {
  return refused.map(({ name, why }) => `not tried: ${name}: ${why}`);
}
