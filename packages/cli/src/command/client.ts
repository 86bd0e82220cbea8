/**
 * `potluck client`: lists the clients of a run that a coordinator hosts, and sends one away for good.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { textTable } from "../output/text-table.ts";
import { askAdministration } from "../remote/administration.ts";
import { clientAnswer, clientsAnswer, type RemoteClient } from "../remote/answers.ts";
import { chosenRun } from "../remote/chosen-run.ts";
import { printAnswer, remoteAt, remoteCommand, type RemoteOptions } from "../remote/remote-options.ts";
import type { Terminal } from "../terminal.ts";
import { numberText } from "./status.ts";

type ClientOptions = RemoteOptions & { readonly run?: string };

const RUN = ["--run <id>", "of which run, where there are several; as much of its id as no other has"] as const;

/** The subcommand, with what can be done under it. */
export function clientCommand(terminal: Terminal): Command {
  return new Command("client")
    .description("List the clients of a run that a coordinator hosts, and send one away for good.")
    .addCommand(listCommand(terminal))
    .addCommand(revokeCommand(terminal));
}

function listCommand(terminal: Terminal): Command {
  return remoteCommand("list", "List the clients of a run.", terminal)
    .option(...RUN)
    .action(async (url: string, options: ClientOptions) => {
      const remote = remoteAt(url, options);
      const { id } = await chosenRun(remote, options.run);
      const path = `/runs/${encodeURIComponent(id)}/clients`;
      const answer = await askAdministration(remote, { method: "GET", path, answer: clientsAnswer });
      printAnswer(terminal, options, answer, linesOf(answer.clients));
    });
}

function revokeCommand(terminal: Terminal): Command {
  return remoteCommand("revoke", "Send the device of a client away: it goes at once, and does not come back.", terminal)
    .argument("<client>", "its number, as `potluck client list` shows it", clientNumber)
    .option(...RUN)
    .action(async (url: string, client: number, options: ClientOptions) => {
      const remote = remoteAt(url, options);
      const { id } = await chosenRun(remote, options.run);
      const path = `/runs/${encodeURIComponent(id)}/clients/${client}/revoke`;
      const answer = await askAdministration(remote, { method: "POST", path, answer: clientAnswer });
      printAnswer(terminal, options, answer, [`client ${client} is gone, and does not come back`]);
    });
}

function clientNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be the number of a client.");
}

/** Digits of a key that tell devices apart at a glance. */
const KEY_SHOWN = 12;

function linesOf(clients: readonly RemoteClient[] | null): readonly string[] {
  if (clients === null) return ["it is not known which clients there are"];
  if (clients.length === 0) return ["there are no clients"];
  const rows = clients.map(({ client, tier, examples, device, ...is }) => [
    String(client),
    tier,
    numberText(examples),
    stateOf(is),
    device.slice(0, KEY_SHOWN),
    is.enrolledWith ?? "",
  ]);
  return textTable(["client", "kind", "examples", "is", "device", "token"], rows, [0, 2]);
}

type Presence = Pick<RemoteClient, "isRevoked" | "isConnected" | "isAvailable" | "task">;

function stateOf({ isRevoked, isConnected, isAvailable, task }: Presence): string {
  if (isRevoked) return "sent away";
  if (task !== null) return isConnected ? "at work" : "at work, not connected";
  if (isConnected) return "waiting";
  return isAvailable ? "not connected" : "gone";
}
