/**
 * `potluck serve`: hosts a run for devices that join it.
 *
 * @module
 */
import { checkFeasible, type RunResult, scenarioToJson } from "@potluck/scenario";
import { type CoordinatedRun, openCoordinator } from "@potluck/server";
import { Command } from "commander";
import { join } from "node:path";
import { buildPages } from "../pages/build-pages.ts";
import { buildStudio } from "../pages/build-studio.ts";
import { exitCodes } from "../exit-codes.ts";
import { aborted, interruptSignal } from "../interrupt.ts";
import { hostedReport } from "../output/hosted-report.ts";
import { tellWarnings } from "../output/warning-lines.ts";
import { progressDisplay } from "../progress/progress.ts";
import { loadScenario } from "../scenario/load.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { tellHistory } from "../live/told-history.ts";
import { exitCodeOf, printRun, recordedRun, type SimulationRequest } from "./recorded-run.ts";
import { farewell, greeting } from "./serve-greeting.ts";
import { coordinatorOptions, type ServeCommandOptions, withLimits, withServeOptions } from "./serve-options.ts";

/** The subcommand. `finish` is told the exit code of a run that went through. */
export function serveCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const command = new Command("serve")
    .description("Host a run for devices that join it.")
    .argument("<scenario>", "a .ts file that exports a scenario by default, or a .json file")
    .addHelpText("after", HELP);
  return withServeOptions(command).action(async (path: string, options: ServeCommandOptions) => {
    finish(await serve(path, options, terminal));
  });
}

const HELP = `
Whatever happens is written into the folder before it is acted on. A coordinator that is interrupted, or killed, goes on where it was when
it is started again with the same folder. Devices join with \`potluck join\` and the link that is printed, which has a token in it; \`potluck token\`
makes others. \`potluck status\` and \`potluck stop\` look after the run with a key, of which the first lies in the folder.

Exit codes: 0 done, 1 wrong input, 2 wrong command line, 3 the run could not go on, 70 a mistake in Potluck, 130 interrupted.
`;

async function serve(path: string, options: ServeCommandOptions, terminal: Terminal): Promise<number> {
  const { seed, clients } = options;
  const store = runStore(options.store);
  const scenario = withLimits(await loadScenario(path), options);
  checkFeasible(scenario);
  tellWarnings(scenario, terminal);
  const display = progressDisplay(scenario, terminal, { clock: "wall" });
  const { signal, release } = interruptSignal(terminal, "The coordinator closes.");
  const document = JSON.stringify(scenarioToJson(scenario));
  const folder = options.folder ?? `${options.store}/coordinators/${scenario.name}`;
  const coordinator = await openCoordinator({
    folder,
    pages: async () => buildPages(join(folder, "pages")),
    studio: async () => buildStudio(join(folder, "studio")),
    report: hostedReport,
    ...coordinatorOptions(options, terminal),
    // Others that the folder has are not what was asked for.
    onMeasured: (record, progress) => {
      if (record.document === document && record.seed === seed) display.show(progress);
    },
  });
  try {
    const run = await coordinator.begin({ document, seed, ...(clients !== undefined && { startClients: clients }) });
    terminal.err(`${greeting(coordinator, run, options)}\n`);
    await Promise.race([run.whenEnded, aborted(signal)]);
    display.end();
    if (run.view.ended === null) {
      terminal.err(`${farewell(run)}\n`);
      return exitCodes.interrupted;
    }
    const recorded = await recordedRun({
      scenario,
      seed,
      store,
      signal,
      workers: 1,
      report: true,
      command: serveLine(path, options),
      onProgress: () => {},
      runLive: async (request) => servedResult(run, request),
    });
    printRun(recorded, options.format, terminal);
    if (options.stay === true) await stayUp(signal, terminal);
    return exitCodeOf(recorded.result);
  } finally {
    display.end();
    release();
    await coordinator.close();
  }
}

/** What the run has come to; what was measured of it, and what has happened, is told as of one that is run here. */
async function servedResult(run: CoordinatedRun, { onProgress, onHistory }: SimulationRequest): Promise<RunResult> {
  const result = await run.result();
  for (const measurement of result.measurements) {
    onProgress({ measurement, versions: run.versions, wallSeconds: measurement.virtualSeconds });
  }
  await tellHistory(run, onHistory);
  return result;
}

/** For runs that are begun by others. */
async function stayUp(signal: AbortSignal, terminal: Terminal): Promise<void> {
  terminal.err("The coordinator stays, for runs that are begun over the administration, until Ctrl-C.\n");
  await aborted(signal);
}

/** The command line that serves another run like it. */
function serveLine(path: string, { seed }: ServeCommandOptions): string {
  return `npx potluck serve ${path} --seed ${seed}`;
}
