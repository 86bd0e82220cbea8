/**
 * `potluck inspect`: what an ONNX model is, what training it costs, and what stands in the way.
 *
 * @module
 */
import {
  binaryCrossEntropy,
  crossEntropy,
  huber,
  inspectModel,
  meanSquaredError,
  nextToken,
  type Objective,
  readModelFile,
  softCrossEntropy,
} from "@potluck/engine";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { inspectionLines } from "../output/inspection-lines.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

const LARGEST_BATCH = 2 ** 20;

/** The objectives by name. */
const objectives: Readonly<Record<string, () => Objective>> = {
  "cross-entropy": crossEntropy,
  "soft-cross-entropy": softCrossEntropy,
  "binary-cross-entropy": binaryCrossEntropy,
  "mean-squared-error": meanSquaredError,
  huber,
  "next-token": nextToken,
};

interface InspectOptions {
  readonly loss: string;
  readonly batch: number;
  readonly format: Format;
}

/** The subcommand. `finish` is told the exit code. */
export function inspectCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("inspect")
    .description("What an ONNX model is: its layers, parameters and cost, and whether it can be trained.")
    .argument("<model>", "an ONNX file; its data files, if it has any, lie beside it")
    .addOption(
      new Option("--loss <name>", "what it would be trained for")
        .choices(Object.keys(objectives))
        .default("cross-entropy"),
    )
    .addOption(
      new Option("--batch <n>", "examples in a batch, for the memory of training")
        .default(32)
        .argParser(wholeNumber(1, LARGEST_BATCH)),
    )
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action((path: string, { loss, batch, format }: InspectOptions) => {
      const objective = objectives[loss]?.() ?? crossEntropy();
      const inspection = inspectModel(readModelFile(path), { objective, batchSize: batch });
      if (format === "json") terminal.out(`${JSON.stringify(inspection)}\n`);
      else terminal.out(`${inspectionLines(inspection, loss).join("\n")}\n`);
      finish(inspection.obstacles.length === 0 ? exitCodes.done : exitCodes.fault);
    });
}

const HELP = `
Operations and bytes are counted from the graph that training would really run. Where the model cannot be trained, all
operators that stand in the way are listed with their nodes and with what can be done.

Exit codes: 0 it can be trained, 1 it cannot, or the file cannot be read, 2 wrong command line, 70 a mistake in Potluck.
`;
