/**
 * `potluck analyse`: what a plan does on its fleet, predicted without training.
 *
 * @module
 */
import { analyse } from "@potluck/simulator";
import { Command, Option } from "commander";
import { interruptSignal } from "../interrupt.ts";
import { analysisLines } from "../output/analysis-lines.ts";
import { clockDisplay } from "../progress/progress.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption } from "./options.ts";
import { exitCodeOf, wallClock } from "./recorded-run.ts";
import { wholeNumber } from "./whole-number.ts";

interface AnalyseOptions {
  readonly seed: number;
  readonly format: Format;
}

/** The subcommand. `finish` is told the exit code. */
export function analyseCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("analyse")
    .alias("analyze")
    .description("What a plan does on its fleet, without training: who counts how much, what waits, and what is wrong.")
    .argument("<scenario>", "a .ts file that exports a scenario by default, or a .json file")
    .addOption(
      new Option("--seed <n>", "decides every random choice")
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (path: string, { seed, format }: AnalyseOptions) => {
      const scenario = await loadScenario(path);
      const { signal, release } = interruptSignal(terminal);
      const display = clockDisplay(scenario, terminal);
      try {
        const analysis = await analyse({ scenario, seed, signal, wallClock, onProgress: display.show });
        display.end();
        const lines = format === "json" ? [JSON.stringify(analysis)] : analysisLines(analysis);
        terminal.out(`${lines.join("\n")}\n`);
        finish(exitCodeOf(analysis));
      } finally {
        display.end();
        release();
      }
    });
}

const HELP = `
Only the clock runs: who is asked and who answers when is as in \`potluck simulate\` with the same seed, so that the weights and
ages it tells are those of that run. Tiers are the kinds of devices of the fleet; "asked" and "realised" are their shares of the
objective. A bias that is not above that of chance means nothing: run more versions.
`;
