/**
 * `potluck replay`: replays a run that a coordinator has hosted from the start of its journal.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { parseScenario } from "@potluck/scenario";
import { journaledRun, replayRun } from "@potluck/server";
import { type Retrained, retrain } from "@potluck/simulator";
import { Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption } from "./options.ts";

interface ReplayCommandOptions {
  readonly format: Format;
  readonly run?: string;
  readonly train?: boolean;
}

/** The subcommand. */
export function replayCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("replay")
    .description("Replay a run that was served from the start of its journal.")
    .argument("<folder>", "where its coordinator has kept it")
    .option("--run <run>", "its id or its name, where there are several")
    .option(
      "--train",
      "train everything anew, in the order in which it arrived; of a run that `potluck live --folder` has kept",
    )
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (folder: string, options: ReplayCommandOptions) => {
      finish(await replay(folder, options, terminal));
    });
}

async function replay(
  folder: string,
  { format, run, train = false }: ReplayCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const { answers: _, ...replayed } = await replayRun(folder, run);
  const retrained = train ? await trainedAnew(folder, run) : null;
  const { entries, versions, modelHash, sameAsRestored, isSnapshotDamaged } = replayed;
  const isSame = retrained === null || retrained.modelHash === modelHash;
  const lines = [
    `${entries} entries, ${versions} versions`,
    `model ${modelHash ?? "(none was published)"}`,
    ...(sameAsRestored === null ? [] : [`the last snapshot leads to ${sameAsRestored ? "the same" : "ANOTHER"} state`]),
    ...(isSnapshotDamaged ? ["the last snapshot is damaged and was passed over; nothing is lost with it"] : []),
    ...(retrained === null
      ? []
      : [`${retrained.updates} updates trained anew: ${isSame ? "the same model" : "ANOTHER model"}`]),
  ];
  const object = { ...replayed, ...(retrained !== null && { retrained: { ...retrained, isSame } }) };
  terminal.out(`${format === "json" ? JSON.stringify(object) : lines.join("\n")}\n`);
  return sameAsRestored === false ? exitCodes.bug : exitCodes.done;
}

async function trainedAnew(folder: string, asked: string | undefined): Promise<Retrained> {
  const { record, arrivals } = await journaledRun(folder, asked);
  if (!record.rehearsal) {
    const message = "its clients held data of their own, which are not here: nothing can be trained anew";
    throw new Fault("option-invalid", message, "Leave --train out.");
  }
  return retrain({ scenario: parseScenario(JSON.parse(record.document), record.name), seed: record.seed }, arrivals);
}

const HELP = `
Everything that has happened is handed to the plan once more, and nothing is trained: the model is the same to the bit. The coordinator must not be running.
With --train every update is trained once more as well, by the simulator: it comes to the same model where the clients computed as this machine does
and encoded nothing with a secret of their own (noise, stochastic rounding).
`;
