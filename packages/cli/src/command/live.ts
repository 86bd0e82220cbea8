/**
 * `potluck live`: runs a scenario in real time, with a process of this machine for each client.
 *
 * @module
 */
import { checkFeasible } from "@potluck/scenario";
import { Command, Option } from "commander";
import { interruptSignal } from "../interrupt.ts";
import { rehearse } from "../live/rehearsal.ts";
import { liveLine } from "../output/shell-command.ts";
import { tellWarnings } from "../output/warning-lines.ts";
import { fleetDisplay } from "../progress/fleet-display.ts";
import { loadScenario } from "../scenario/load.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption, storeOption } from "./options.ts";
import { exitCodeOf, printRun, recordedRun } from "./recorded-run.ts";
import { wholeNumber } from "./whole-number.ts";

interface LiveCommandOptions {
  readonly seed: number;
  readonly format: Format;
  readonly store: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly silence: number;
  readonly port: number;
  readonly folder?: string;
}

/** The subcommand. `finish` is told the exit code of a run that went through. */
export function liveCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("live")
    .description("Run a scenario in real time, with a process of this machine for each client.")
    .argument("<scenario>", "a .ts file that exports a scenario by default, or a .json file")
    .addOption(
      new Option("--seed <n>", "decides what the plan and its clients draw; not when they answer")
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(formatOption())
    .addOption(jsonOption())
    .addOption(storeOption())
    .option("--out <folder>", "where the results go (default: a folder in the store, <scenario>-<date and time>)")
    .option("--force", "write into a folder that already holds a run")
    .addOption(
      new Option("--silence <s>", "a process that nothing is heard of for so long is ended and started again")
        .default(30)
        .argParser(wholeNumber(1, 86_400)),
    )
    .option("--folder <folder>", "where the coordinator keeps what happens, for `potluck replay` (default: nowhere)")
    .addOption(
      new Option("--port <n>", "where the coordinator listens; 0 for any that is free")
        .default(0)
        .argParser(wholeNumber(0, 65_535)),
    )
    .addHelpText("after", HELP)
    .action(async (path: string, options: LiveCommandOptions) => {
      finish(await runScenario(path, options, terminal));
    });
}

const HELP = `
A coordinator is started, and for each client a process that joins it, loads the data, trains what the plan asks for, and answers no sooner
than the device that the fleet gives it would. A process that ends is started again. All times are real, and no two runs are alike.

Exit codes: 0 done, 1 wrong input, 2 wrong command line, 3 the run could not go on, 70 a mistake in Potluck, 130 interrupted,
141 nobody reads the output any more.
`;

async function runScenario(path: string, options: LiveCommandOptions, terminal: Terminal): Promise<number> {
  const store = runStore(options.store);
  const { seed, out, force, silence, port, folder } = options;
  const scenario = await loadScenario(path);
  checkFeasible(scenario);
  tellWarnings(scenario, terminal);
  const display = fleetDisplay(scenario, terminal);
  const { signal, release } = interruptSignal(terminal);
  const command = liveLine(path, seed, options.store);
  try {
    const recorded = await recordedRun({
      scenario,
      seed,
      workers: 1,
      store,
      command,
      out,
      force,
      report: true,
      signal,
      onProgress: display.show,
      runLive: async (request) =>
        rehearse({
          ...request,
          port,
          ...(folder !== undefined && { folder }),
          silenceSeconds: silence,
          onOpen: ({ url }, run) => {
            terminal.err(`the coordinator is up; how the run is, in a page: ${url}\n\n`);
            display.watch(run);
          },
        }),
    });
    display.end();
    printRun(recorded, options.format, terminal);
    return exitCodeOf(recorded.result);
  } finally {
    display.end();
    release();
  }
}
