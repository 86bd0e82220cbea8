/**
 * `potluck simulate`: runs a scenario in virtual time.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { MAX_WORKERS } from "@potluck/engine";
import { checkFeasible, type RunResult, simulate } from "@potluck/simulator";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { openRunFolder, runId } from "../output/run-folder.ts";
import { type RunPlace, summaryLines, summaryObject } from "../output/summary.ts";
import { progressDisplay } from "../progress/progress.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "./whole-number.ts";

interface SimulateOptions {
  readonly seed: number;
  readonly workers: number;
  readonly format: "text" | "json";
  readonly out?: string;
  readonly force?: boolean;
}

/** The subcommand. `finish` is told the exit code of a run that went through. */
export function simulateCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("simulate")
    .description("Run a scenario in virtual time: devices and links are modelled, training is real.")
    .argument("<scenario>", "a .ts file that exports a scenario by default, or a .json file")
    .addOption(
      new Option("--seed <n>", "decides every random choice; the same seed gives the same bits")
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(
      new Option("--workers <n>", "worker threads; no result depends on it")
        .default(availableParallelism(), "one for each core")
        .argParser(wholeNumber(1, MAX_WORKERS)),
    )
    .addOption(
      new Option("--format <format>", "json prints one object as the last line, also of a fault")
        .choices(["text", "json"])
        .default("text"),
    )
    .option("--out <folder>", "where the results go (default: runs/<scenario>-<date and time>)")
    .option("--force", "write into a folder that already holds a run")
    .addHelpText("after", HELP)
    .action(async (path: string, options: SimulateOptions) => {
      finish(await runScenario(path, options, terminal));
    });
}

const HELP = `
It writes report.html (for people), metrics.jsonl and summary.json (for programs), model.onnx and model.safetensors.
Ctrl-C ends the run early and still writes all of them; a second Ctrl-C stops at once.

With --format json the last line of standard output is one object: the result, or, when there is none,
{"error":{"code":"…","message":"…","remedy":"…"}}. Sentences for people stay on standard error.

Exit codes: 0 done, 1 wrong input, 2 wrong command line, 3 the run could not go on, 70 a mistake in Potluck, 130 interrupted,
141 nobody reads the output any more.
`;

async function runScenario(path: string, options: SimulateOptions, terminal: Terminal): Promise<number> {
  const scenario = await loadScenario(path);
  checkFeasible(scenario);
  const { out, force = false } = options;
  const folder = openRunFolder({ run: runId(scenario.name, new Date()), out, force });
  const display = progressDisplay(scenario, terminal);
  const { signal, release } = interruptSignal(terminal);
  try {
    const onProgress: typeof display.show = (progress) => {
      folder.note(progress);
      display.show(progress);
    };
    const { seed, workers } = options;
    const result = await simulate({ scenario, seed, workers, signal, wallClock, onProgress });
    display.end();
    const place = await folder.finish({ scenario, result, command: commandLine(path, seed) });
    print(result, place, options, terminal);
    return { finished: exitCodes.done, stalled: exitCodes.stalled, interrupted: exitCodes.interrupted }[result.status];
  } finally {
    display.end();
    release();
  }
}

/** Wall-clock seconds from some origin. */
function wallClock(): number {
  return performance.now() / 1000;
}

function commandLine(path: string, seed: number): string {
  return `npx potluck simulate ${path} --seed ${seed}`;
}

function print(result: RunResult, place: RunPlace, { format }: SimulateOptions, terminal: Terminal): void {
  if (format === "json") terminal.out(`${JSON.stringify(summaryObject(result, place))}\n`);
  else terminal.out(`${summaryLines(result, place).join("\n")}\n`);
}

/** A signal that the first Ctrl-C aborts; the second ends the process. */
function interruptSignal(terminal: Terminal): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    // oxlint-disable-next-line unicorn/no-process-exit -- the user asked twice, and training may be in the middle of a call
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    terminal.err("\nEnding the run; its results up to here are being written. Press Ctrl-C again to stop at once.\n");
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  return { signal: controller.signal, release: () => process.off("SIGINT", onInterrupt) };
}
