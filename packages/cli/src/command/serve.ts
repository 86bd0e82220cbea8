/**
 * `potluck serve`: hosts a run for devices that join it.
 *
 * @module
 */
import { checkFeasible } from "@potluck/scenario";
import { openCoordinator } from "@potluck/server";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { interruptSignal } from "../interrupt.ts";
import { summaryLines, summaryObject } from "../output/summary.ts";
import { tellWarnings } from "../output/warning-lines.ts";
import { progressDisplay } from "../progress/progress.ts";
import { loadScenario } from "../scenario/load.ts";
import { scenarioToJson } from "../scenario/write.ts";
import { runStore } from "../store/run-store.ts";
import { counted } from "../report/format.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption, storeOption } from "./options.ts";
import { exitCodeOf, recordedRun } from "./recorded-run.ts";
import { wholeNumber } from "./whole-number.ts";

interface ServeCommandOptions {
  readonly seed: number;
  readonly format: Format;
  readonly store: string;
  readonly folder?: string;
  readonly host: string;
  readonly port: number;
  readonly clients?: number;
  readonly silence: number;
}

const MAX_PORT = 65_535;
const MAX_CLIENTS = 1_000_000;

/** The subcommand. `finish` is told the exit code of a run that went through. */
export function serveCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("serve")
    .description("Host a run for devices that join it.")
    .argument("<scenario>", "a .ts file that exports a scenario by default, or a .json file")
    .addOption(
      new Option("--seed <n>", "decides what the plan and its clients draw")
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .option("--folder <folder>", "where the coordinator keeps the run (default: coordinators/<scenario> in the store)")
    .option("--host <address>", "where it listens; 0.0.0.0 for all that can reach this machine", "127.0.0.1")
    .addOption(
      new Option("--port <n>", "the port; 0 for any that is free").default(8080).argParser(wholeNumber(0, MAX_PORT)),
    )
    .addOption(
      new Option("--clients <n>", "the run begins once so many are there; no fewer than the plan needs").argParser(
        wholeNumber(1, MAX_CLIENTS),
      ),
    )
    .addOption(
      new Option("--silence <s>", "a client that nothing is heard of for so long is gone")
        .default(30)
        .argParser(wholeNumber(1, 86_400)),
    )
    .addOption(formatOption())
    .addOption(jsonOption())
    .addOption(storeOption())
    .addHelpText("after", HELP)
    .action(async (path: string, options: ServeCommandOptions) => {
      finish(await serve(path, options, terminal));
    });
}

const HELP = `
Whatever happens is written into the folder before it is acted on. A coordinator that is interrupted, or killed, goes on where it was when
it is started again with the same folder. Devices join with \`potluck join\`. Everybody who reaches the port may join: tokens are to come.

Exit codes: 0 done, 1 wrong input, 2 wrong command line, 3 the run could not go on, 70 a mistake in Potluck, 130 interrupted.
`;

async function serve(path: string, options: ServeCommandOptions, terminal: Terminal): Promise<number> {
  const { seed, host, port, clients, silence } = options;
  const store = runStore(options.store);
  const scenario = await loadScenario(path);
  checkFeasible(scenario);
  tellWarnings(scenario, terminal);
  const display = progressDisplay(scenario, terminal, { clock: "wall" });
  const { signal, release } = interruptSignal(terminal);
  const coordinator = await openCoordinator({
    folder: options.folder ?? `${options.store}/coordinators/${scenario.name}`,
    scenario,
    document: JSON.stringify(scenarioToJson(scenario)),
    seed,
    host,
    port,
    silenceSeconds: silence,
    ...(clients !== undefined && { startClients: clients }),
    onProgress: display.show,
  });
  try {
    const needed = `the run begins once ${counted(coordinator.startClients, "device")} are there`;
    terminal.err(`Devices join with: npx potluck join ${coordinator.url}\n${needed}\n`);
    await Promise.race([coordinator.ended, aborted(signal)]);
    display.end();
    if (coordinator.run.state.ended === null) {
      terminal.err("The run goes on when it is served again.\n");
      return exitCodes.interrupted;
    }
    const { result, place } = await recordedRun({
      scenario,
      seed,
      store,
      signal,
      workers: 1,
      report: true,
      command: serveLine(path, options),
      onProgress: () => {},
      runLive: async () => coordinator.result(),
    });
    if (options.format === "json") terminal.out(`${JSON.stringify(summaryObject(result, place))}\n`);
    else terminal.out(`${summaryLines(result, place).join("\n")}\n`);
    return exitCodeOf(result);
  } finally {
    display.end();
    release();
    await coordinator.close();
  }
}

/** The command line that serves another run like it. */
function serveLine(path: string, { seed }: ServeCommandOptions): string {
  return `npx potluck serve ${path} --seed ${seed}`;
}

/** Resolves when a signal is aborted. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
