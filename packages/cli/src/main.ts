/**
 * The `potluck` command: parses the command line, runs a subcommand, and turns faults into sentences.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { analyseCommand } from "./command/analyse.ts";
import { clientCommand } from "./command/client.ts";
import { codeCommand } from "./command/code.ts";
import { codecCommand } from "./command/codec.ts";
import { compareCommand } from "./command/compare.ts";
import { inspectCommand } from "./command/inspect.ts";
import { joinCommand } from "./command/join.ts";
import { keyCommand } from "./command/key.ts";
import { liveCommand } from "./command/live.ts";
import { methodsCommand } from "./command/methods.ts";
import { replayCommand } from "./command/replay.ts";
import { reportCommand } from "./command/report.ts";
import { rerunCommand } from "./command/rerun.ts";
import { runsCommand } from "./command/runs.ts";
import { schemaCommand } from "./command/schema.ts";
import { serveCommand } from "./command/serve.ts";
import { simulateCommand } from "./command/simulate.ts";
import { studioCommand } from "./command/studio.ts";
import { statusCommand, stopCommand } from "./command/status.ts";
import { sweepCommand } from "./command/sweep.ts";
import { tokenCommand } from "./command/token.ts";
import { exitCodes } from "./exit-codes.ts";
import { asksForJson } from "./interrupt.ts";
import { problemOf } from "./problem.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

/** Runs the command line `words` and resolves to the exit code. Never rejects. */
export async function main(words: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let exitCode: number = exitCodes.done;
  const finish = (code: number): void => {
    exitCode = code;
  };
  try {
    await program(terminal, finish).parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done; // help was asked for
    const { code, message, remedy, text, exitCode: failed } = problemOf(error);
    terminal.err(text);
    if (asksForJson(words)) terminal.out(`${JSON.stringify({ error: { code, message, remedy } })}\n`);
    return failed;
  }
}

function program(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const root = new Command("potluck")
    .description("Federated training for fleets that are slow, uneven and half-offline.")
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError("Try --help.")
    .addHelpText("after", HELP);
  for (const command of [
    simulateCommand(terminal, finish),
    liveCommand(terminal, finish),
    serveCommand(terminal, finish),
    joinCommand(terminal, finish),
    studioCommand(terminal),
    statusCommand(terminal),
    stopCommand(terminal),
    clientCommand(terminal),
    tokenCommand(terminal),
    keyCommand(terminal),
    replayCommand(terminal, finish),
    analyseCommand(terminal, finish),
    codeCommand(terminal, finish),
    codecCommand(terminal, finish),
    methodsCommand(terminal),
    inspectCommand(terminal, finish),
    schemaCommand(terminal),
    runsCommand(terminal),
    rerunCommand(terminal, finish),
    compareCommand(terminal, finish),
    sweepCommand(terminal, finish),
    reportCommand(terminal),
  ]) {
    root.addCommand(command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err }));
  }
  return root;
}

const HELP = `
A run needs a scenario: a model, data, a partition of the data among clients, a fleet of devices, and a plan.

  potluck simulate examples/01-first-run/plan.ts            run one, in virtual time, with real training
  potluck simulate my-plan.json --seed 7 --out runs/seven   the same from JSON, with another seed
  potluck live my-plan.json                                 in real time, with a process for each client
  potluck analyse my-plan.json                              who would count how much, and what would wait, untrained
  potluck code probe my-plan.json                           how long its workers take for their share of a gradient
  potluck code tune times.csv                               which gradient code suits workers that were timed
  potluck codec tune my-plan.json --seeds 3                 how little can travel, and what it costs in accuracy
  potluck methods                                           what plans can be made of
  potluck methods fed-prox                                  what one part does, and its options
  potluck inspect model.onnx                                what a model is, and whether it can be trained
  potluck schema                                            the JSON Schema of scenario files, for editors
  potluck runs                                              the runs that were kept
  potluck studio                                            the same in a page, to be compared
  potluck rerun first-run-20310507                          one of them again: is the model the same?
  potluck compare a.json b.json --seeds 5                   plans on the same seeds: who is ahead, and is it chance?
  potluck sweep a.json --set plan.solver.learningRate=0.05,0.1
  potluck report compare-20310507-080910                    a report again
`;
