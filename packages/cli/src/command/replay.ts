/**
 * `potluck replay`: replays a run that a coordinator has hosted from the start of its journal.
 *
 * @module
 */
import { replayRun } from "@potluck/server";
import { Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption } from "./options.ts";

interface ReplayCommandOptions {
  readonly format: Format;
  readonly run?: string;
}

/** The subcommand. */
export function replayCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("replay")
    .description("Replay a run that was served from the start of its journal.")
    .argument("<folder>", "where its coordinator has kept it")
    .option("--run <run>", "its id or its name, where there are several")
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (folder: string, { format, run }: ReplayCommandOptions) => {
      const { answers: _, ...replayed } = await replayRun(folder, run);
      const { entries, versions, modelHash, sameAsRestored } = replayed;
      const lines = [
        `${entries} entries, ${versions} versions`,
        `model ${modelHash ?? "(none was published)"}`,
        ...(sameAsRestored === null
          ? []
          : [`the last snapshot leads to ${sameAsRestored ? "the same" : "ANOTHER"} state`]),
      ];
      terminal.out(`${format === "json" ? JSON.stringify(replayed) : lines.join("\n")}\n`);
      finish(sameAsRestored === false ? exitCodes.bug : exitCodes.done);
    });
}

const HELP = `
Everything that has happened is handed to the plan once more, and nothing is trained: the model is the same to the bit. The coordinator must not be running.
`;
