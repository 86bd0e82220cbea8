/**
 * `potluck join`: takes part in a run with data of this machine.
 *
 * @module
 */
import { join, type ParticipantState } from "@potluck/client";
import { Command, Option } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { interruptSignal } from "../interrupt.ts";
import { dataOfClient } from "../live/local-data.ts";
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
  const data = await dataOfClient(await loadScenario(options.scenario), options.client, options.seed);
  const { signal, release } = interruptSignal(terminal);
  const participation = await join({
    url,
    data,
    tier: options.tier,
    onState: (state) => terminal.err(stateLine(state)),
  });
  signal.addEventListener("abort", () => void participation.leave(), { once: true });
  const why = await participation.ended;
  release();
  terminal.err(why === null ? "left\n" : `the coordinator said: ${why}\n`);
  return why === null ? exitCodes.interrupted : exitCodes.done;
}

function stateLine(state: ParticipantState): string {
  const words = { connecting: "connecting", waiting: "waiting for work", training: "training", ended: "ended" };
  return `${words[state]}\n`;
}
