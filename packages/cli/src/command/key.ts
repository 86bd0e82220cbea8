/**
 * `potluck key`: makes, lists and takes back the keys of those who look after a coordinator.
 *
 * @module
 */
import { Command, Option } from "commander";
import { textTable } from "../output/text-table.ts";
import { askAdministration } from "../remote/administration.ts";
import { keyMade, keysAnswer } from "../remote/answers.ts";
import { instant, printAnswer, remoteAt, remoteCommand, type RemoteOptions } from "../remote/remote-options.ts";
import type { Terminal } from "../terminal.ts";

const ROLES = ["viewer", "operator", "admin"];

/** The subcommand, with what can be done under it. */
export function keyCommand(terminal: Terminal): Command {
  return new Command("key")
    .description("Make, list and take back the keys of those who look after a coordinator.")
    .addCommand(createCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(revokeCommand(terminal));
}

function createCommand(terminal: Terminal): Command {
  return remoteCommand("create", "Make a key, which is shown this once.", terminal)
    .argument("<name>", "whose it is")
    .addOption(
      new Option("--role <role>", "what it may do: look, also stop runs and make tokens, also make keys")
        .choices(ROLES)
        .default("viewer"),
    )
    .action(async (url: string, name: string, options: RemoteOptions & { readonly role: string }) => {
      const body = { name, role: options.role };
      const request = { method: "POST", path: "/keys", body, answer: keyMade } as const;
      const made = await askAdministration(remoteAt(url, options), request);
      const about = `key ${made.record.id} of ${name}, ${options.role}; it is shown this once`;
      printAnswer(terminal, options, made, [made.key, about]);
    });
}

function listCommand(terminal: Terminal): Command {
  return remoteCommand("list", "List the keys, the newest first.", terminal).action(
    async (url: string, options: RemoteOptions) => {
      const request = { method: "GET", path: "/keys", answer: keysAnswer } as const;
      const answer = await askAdministration(remoteAt(url, options), request);
      const rows = answer.keys.map(({ id, name, role, created, revoked }) => [
        id,
        name,
        role,
        instant(created),
        revoked === null ? "" : `taken back ${instant(revoked)}`,
      ]);
      printAnswer(terminal, options, answer, textTable(["key", "name", "role", "made", ""], rows));
    },
  );
}

function revokeCommand(terminal: Terminal): Command {
  return remoteCommand("revoke", "Take a key back.", terminal)
    .argument("<id>", "which one, as `potluck key list` shows it")
    .action(async (url: string, id: string, options: RemoteOptions) => {
      const path = `/keys/${encodeURIComponent(id)}`;
      const request = { method: "DELETE", path, answer: keysAnswer } as const;
      const answer = await askAdministration(remoteAt(url, options), request);
      printAnswer(terminal, options, answer, [`key ${id} opens nothing any more`]);
    });
}
