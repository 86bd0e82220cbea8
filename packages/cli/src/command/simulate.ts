/**
 * `potluck simulate`: runs a scenario in virtual time.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { present } from "@potluck/core";
import { checkFeasible } from "@potluck/scenario";
import { simulateTiming } from "@potluck/simulator";
import { Command, Option } from "commander";
import { simulateLine } from "../output/shell-command.ts";
import { clockLines, clockObject } from "../output/clock-summary.ts";
import { tellWarnings } from "../output/warning-lines.ts";
import { interruptSignal } from "../interrupt.ts";
import { clockDisplay, progressDisplay } from "../progress/progress.ts";
import { loadScenario } from "../scenario/load.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption, storeOption, workersOption } from "./options.ts";
import { exitCodeOf, printRun, recordedRun, wallClock } from "./recorded-run.ts";
import { resumedRun, type RunToDo } from "./resumed-run.ts";
import { wholeNumber } from "./whole-number.ts";

interface SimulateOptions {
  readonly resume?: string;
  readonly timingOnly?: boolean;
  readonly seed: number;
  readonly workers: number;
  readonly format: Format;
  readonly store: string;
  readonly out?: string;
  readonly force?: boolean;
}

/**
 * By how many percent the heap may grow before garbage is collected, where only the clock runs. Node waits for much more, and so
 * a million clients would take half as much memory again.
 */
const HEAP_GROWTH_PERCENT = 10;

/** The subcommand. `finish` is told the exit code of a run that went through. */
export function simulateCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("simulate")
    .description("Run a scenario in virtual time: devices and links are modelled, training is real.")
    .argument("[scenario]", "a .ts file that exports a scenario by default, or a .json file")
    .addOption(
      new Option("--seed <n>", "decides every random choice; the same seed gives the same bits")
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(workersOption())
    .addOption(formatOption())
    .addOption(jsonOption())
    .addOption(storeOption())
    .option("--out <folder>", "where the results go (default: a folder in the store, <scenario>-<date and time>)")
    .option("--force", "write into a folder that already holds a run")
    .addOption(
      new Option(
        "--resume <run>",
        "go on with an interrupted run of the store: its id, or as much of it as no other run has",
      ).conflicts("seed"),
    )
    .addOption(
      new Option("--timing-only", "only the clock: nothing is trained, and nothing is kept").conflicts([
        "out",
        "resume",
      ]),
    )
    .addHelpText("after", HELP)
    .action(async (path: string | undefined, options: SimulateOptions, command: Command) => {
      if (path === undefined && options.resume === undefined) {
        command.error("error: missing required argument 'scenario'");
      }
      finish(await (options.timingOnly === true ? runClock : runScenario)(path, options, terminal));
    });
}

const HELP = `
It writes report.html (for people), metrics.jsonl, summary.json and result.json (for programs), model.onnx and
model.safetensors. \`potluck runs\` lists the runs of the store.
Ctrl-C, or SIGTERM, ends the run early and still writes all of them, and a checkpoint: \`potluck simulate --resume RUN\` goes on
from it to the result that the run would have had. A second one stops at once.

With --format json the last line of standard output is one object: the result, or, when there is none,
{"error":{"code":"…","message":"…","remedy":"…"}}. Sentences for people stay on standard error.

Exit codes: 0 done, 1 wrong input, 2 wrong command line, 3 the run could not go on, 70 a mistake in Potluck, 130 interrupted,
141 nobody reads the output any more.
`;

async function runScenario(path: string | undefined, options: SimulateOptions, terminal: Terminal): Promise<number> {
  const store = runStore(options.store);
  const { workers, out, force } = options;
  const { scenario, seed, command, earlier, within } =
    options.resume === undefined ? await newRun(path, options) : await resumedRun(store, options.resume, path);
  checkFeasible(scenario);
  tellWarnings(scenario, terminal);
  const display = progressDisplay(scenario, terminal);
  const { signal, release } = interruptSignal(terminal);
  try {
    const recorded = await recordedRun({
      scenario,
      seed,
      workers,
      store,
      command,
      out,
      force,
      report: true,
      earlier,
      within,
      signal,
      onProgress: display.show,
    });
    display.end();
    printRun(recorded, options.format, terminal);
    return exitCodeOf(recorded.result);
  } finally {
    display.end();
    release();
  }
}

async function newRun(path: string | undefined, { seed, store }: SimulateOptions): Promise<RunToDo> {
  const file = present(path, "the path of a scenario");
  return { scenario: await loadScenario(file), seed, command: simulateLine(file, seed, store) };
}

async function runClock(path: string | undefined, options: SimulateOptions, terminal: Terminal): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const scenario = await loadScenario(present(path, "the path of a scenario"));
  tellWarnings(scenario, terminal);
  const { signal, release } = interruptSignal(terminal);
  try {
    const display = clockDisplay(scenario, terminal);
    const result = await simulateTiming({ scenario, seed: options.seed, signal, wallClock, onProgress: display.show });
    display.end();
    const lines = options.format === "json" ? [JSON.stringify(clockObject(result))] : clockLines(result);
    terminal.out(`${lines.join("\n")}\n`);
    return exitCodeOf(result);
  } finally {
    release();
  }
}
