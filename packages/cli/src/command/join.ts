/**
 * `potluck join`: takes part in a run with data of this machine.
 *
 * @module
 */
import { type DeviceStore, type Ending, join, linkIn, obstacleWords, openStore, stateWords } from "@potluck/client";
import { Fault } from "@potluck/core";
import { Command, InvalidArgumentError, Option } from "commander";
import { type DataOptions, deviceData, type Share } from "../data/device-data.ts";
import { ownDevice } from "../data/device-file.ts";
import { exitCodes } from "../exit-codes.ts";
import { interruptSignal } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";
import { amount } from "./amount.ts";
import { wholeNumber } from "./whole-number.ts";

interface JoinCommandOptions extends DataOptions {
  readonly tier: string;
  readonly token?: string;
  readonly run?: string;
  readonly identity?: string;
  readonly mostTime?: number;
  readonly mostBytes?: number;
}

const MAX_BYTES = Number.MAX_SAFE_INTEGER;

/** The subcommand. */
export function joinCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command("join")
    .description("Take part in a run that a coordinator hosts.")
    .argument("<link>", "where the coordinator is: http://host:port, with #token=… behind it where it wants one")
    .option("--data <what>", "mnist, a table (.csv), a folder of pictures, or a module that exports a dataset")
    .option("--label <column>", "the column of a table that is to be told")
    .addOption(
      new Option("--label-as <kind>", "what the column is").choices(["class", "number"]).default("class", "class"),
    )
    .addOption(new Option("--share <k/n>", "one of n equal shares of the data, from 1/n").argParser(shareIn))
    .option("--scenario <file>", "in place of --data: the data of one of its clients")
    .addOption(
      new Option("--client <k>", "which client's data, from 0").default(0).argParser(wholeNumber(0, 1_000_000)),
    )
    .addOption(
      new Option("--seed <n>", "how data are shared out").default(1).argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .option("--tier <name>", "what kind of device it is, for reports", "node")
    .option("--token <token>", "what lets a new device in; that of the link by default")
    .option("--run <name>", "the run to join, where there are several; that of the link by default")
    .option(
      "--identity <file>",
      "the device: its key and what it keeps (default: one of this user's for the coordinator)",
    )
    .addOption(new Option("--most-time <s>", "train for no more than so many seconds").argParser(amount))
    .addOption(
      new Option("--most-bytes <n>", "move no more bytes than these, up and down").argParser(wholeNumber(1, MAX_BYTES)),
    )
    .addHelpText("after", HELP)
    .action(async (link: string, options: JoinCommandOptions) => {
      finish(await takePart(link, options, terminal));
    });
}

const HELP = `
Data never leave this machine: what is sent is what training made of a model. Ctrl-C leaves. A process that is killed and started again is the
same device: it sends what it had trained, and goes on with a long task where it was, if it is back before the coordinator takes it for gone (30 s, or its
--silence).
`;

/** One of several shares, written "2/5". Throws InvalidArgumentError. */
function shareIn(text: string): Share {
  const [, share, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (share !== undefined && of !== undefined && share >= 1 && share <= of) return { share, of };
  throw new InvalidArgumentError("It must be like 2/5: the second of five shares.");
}

async function takePart(link: string, options: JoinCommandOptions, terminal: Terminal): Promise<number> {
  const { tier, token, run, mostTime, mostBytes } = options;
  const { url } = linkIn(link);
  const data = await deviceData(options);
  const store = await storeOf(url, options);
  const { signal, release } = interruptSignal(terminal, "This device leaves.");
  try {
    const participation = await join(link, {
      data,
      tier,
      store,
      ...(token !== undefined && { token }),
      ...(run !== undefined && { run }),
      limits: {
        ...(mostTime !== undefined && { secondsOfTraining: mostTime }),
        ...(mostBytes !== undefined && { bytes: mostBytes }),
      },
      onState: (state) => terminal.err(`this device ${stateWords(state)}\n`),
    });
    signal.addEventListener("abort", () => void participation.leave(), { once: true });
    if (signal.aborted) await participation.leave();
    return exitCodeOf(await participation.ended, terminal);
  } finally {
    release();
  }
}

async function storeOf(url: string, options: JoinCommandOptions): Promise<DeviceStore> {
  const { identity, scenario, client, share } = options;
  if (identity !== undefined) return openStore(identity);
  if (scenario !== undefined) return ownDevice(url, `client-${client}`);
  return ownDevice(url, share === undefined ? "device" : `share-${share.share}-of-${share.of}`);
}

/** Says why it has ended. Throws Fault "connection-failed" where the coordinator did not want it. */
function exitCodeOf(ending: Ending, terminal: Terminal): number {
  switch (ending.kind) {
    case "left":
      terminal.err("it has left\n");
      return exitCodes.interrupted;
    case "spent":
      terminal.err(`it has left: ${obstacleWords(ending.obstacle, ending.shortage)}\n`);
      return exitCodes.done;
    case "sent-home": {
      const message = `the coordinator said: ${ending.detail} (${ending.code})`;
      if (ending.code === "run-ambiguous") throw new Fault("connection-failed", message, "Say which with --run.");
      if (ending.code !== "run-ended") {
        throw new Fault("connection-failed", message, "See docs/reference/protocol.md for what the code means.");
      }
      terminal.err(`${message}\n`);
      return exitCodes.done;
    }
  }
}
