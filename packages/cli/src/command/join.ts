/**
 * `potluck join`: takes part in a run with data of this machine.
 *
 * @module
 */
import { type Ending, join, type LocalData, obstacleWords, stateWords } from "@potluck/client";
import { Fault, fold, present, rootKey } from "@potluck/core";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { interruptSignal } from "../interrupt.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "./whole-number.ts";

interface JoinCommandOptions {
  readonly scenario: string;
  readonly client: number;
  readonly seed: number;
  readonly tier: string;
}

/** The subcommand. */
export function joinCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("join")
    .description("Take part in a run that a coordinator hosts.")
    .argument("<url>", "where the coordinator is: http://host:port")
    .requiredOption("--scenario <file>", "whose data are used: those of one of its clients")
    .addOption(
      new Option("--client <k>", "which client's data, from 0").default(0).argParser(wholeNumber(0, 1_000_000)),
    )
    .addOption(
      new Option("--seed <n>", "how data are shared out among the clients")
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .option("--tier <name>", "what kind of device it is, for reports", "node")
    .addHelpText("after", HELP)
    .action(async (url: string, options: JoinCommandOptions) => {
      finish(await takePart(url, options, terminal));
    });
}

const HELP = `
Data never leave this machine: what is sent is what training made of a model. Ctrl-C leaves.
`;

async function takePart(url: string, options: JoinCommandOptions, terminal: Terminal): Promise<number> {
  const data = await dataOf(options);
  const { signal, release } = interruptSignal(terminal);
  const participation = await join(url, {
    data,
    tier: options.tier,
    onState: (state) => terminal.err(`this device ${stateWords(state)}\n`),
  });
  signal.addEventListener("abort", () => void participation.leave(), { once: true });
  try {
    const ending = await participation.ended;
    terminal.err(`${endingLine(ending)}\n`);
    return ending.kind === "left" ? exitCodes.interrupted : exitCodes.done;
  } finally {
    release();
  }
}

function endingLine(ending: Ending): string {
  switch (ending.kind) {
    case "left":
      return "it has left";
    case "sent-home":
      return `the coordinator said: ${ending.detail} (${ending.code})`;
    case "spent":
      return `it has left: ${obstacleWords(ending.obstacle)}`;
  }
}

/** The examples of one client of a scenario. */
async function dataOf({ scenario: path, client, seed }: JoinCommandOptions): Promise<LocalData> {
  const { data, partition } = await loadScenario(path);
  const loaded = await data.load();
  const split = partition.split({ examples: loaded.train, key: fold(rootKey(seed), "partition") });
  if (client >= split.clients.length) {
    const message = `the scenario has ${split.clients.length} clients: there is no client ${client}`;
    throw new Fault("option-invalid", message, "Clients are counted from 0.");
  }
  const { train: rows } = present(split.clients[client], "the rows of client", client);
  return { dataset: { ...loaded, train: split.examples }, rows };
}
