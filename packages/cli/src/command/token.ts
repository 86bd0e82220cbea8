/**
 * `potluck token`: makes, lists and takes back what lets devices into the runs of a coordinator.
 *
 * @module
 */
import type { TokenRecord } from "@potluck/server";
import { Command, Option } from "commander";
import { textTable } from "../output/text-table.ts";
import { askAdministration } from "../remote/administration.ts";
import { tokenMade, tokensAnswer } from "../remote/answers.ts";
import { instant, printAnswer, remoteAt, remoteCommand, type RemoteOptions } from "../remote/remote-options.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "./whole-number.ts";

interface CreateOptions extends RemoteOptions {
  readonly run: string;
  readonly uses?: number;
  readonly hours: number;
  readonly note: string;
}

const MAX_USES = 1_000_000;
const MAX_HOURS = 87_600;
const WEEK_HOURS = 168;
const HOUR_SECONDS = 3600;

/** The subcommand, with what can be done under it. */
export function tokenCommand(terminal: Terminal): Command {
  return new Command("token")
    .description("Make, list and take back tokens, which let devices into the runs of a coordinator.")
    .addCommand(createCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(revokeCommand(terminal));
}

function createCommand(terminal: Terminal): Command {
  return remoteCommand("create", "Make a token, and print a link that devices join with.", terminal)
    .option("--run <id>", "only for this run", "")
    .addOption(
      new Option("--uses <n>", "how many devices it lets in; any number by default").argParser(
        wholeNumber(1, MAX_USES),
      ),
    )
    .addOption(
      new Option("--hours <n>", "how long it is good").default(WEEK_HOURS).argParser(wholeNumber(1, MAX_HOURS)),
    )
    .option("--note <text>", "what it is for", "")
    .action(async (url: string, options: CreateOptions) => {
      const { run, uses = null, hours, note } = options;
      const body = { run, uses, note, expiresSeconds: HOUR_SECONDS * hours };
      const request = { method: "POST", path: "/tokens", body, answer: tokenMade } as const;
      const { token, record } = await askAdministration(remoteAt(url, options), request);
      const link = `${new URL(url).origin}/#token=${token}`;
      const until = `token ${record.id}, good until ${instant(record.expires)}; it is shown this once`;
      printAnswer(terminal, options, { token, link, record }, [link, until]);
    });
}

function listCommand(terminal: Terminal): Command {
  return remoteCommand("list", "List the tokens, the newest first.", terminal).action(
    async (url: string, options: RemoteOptions) => {
      const request = { method: "GET", path: "/tokens", answer: tokensAnswer } as const;
      const answer = await askAdministration(remoteAt(url, options), request);
      printAnswer(terminal, options, answer, linesOf(answer.tokens));
    },
  );
}

function revokeCommand(terminal: Terminal): Command {
  return remoteCommand("revoke", "Take a token back: devices that have come in with it stay.", terminal)
    .argument("<id>", "which one, as `potluck token list` shows it")
    .action(async (url: string, id: string, options: RemoteOptions) => {
      const path = `/tokens/${encodeURIComponent(id)}`;
      const request = { method: "DELETE", path, answer: tokensAnswer } as const;
      const answer = await askAdministration(remoteAt(url, options), request);
      printAnswer(terminal, options, answer, [`token ${id} lets nobody in any more`]);
    });
}

function linesOf(tokens: readonly TokenRecord[]): readonly string[] {
  if (tokens.length === 0) return ["there are no tokens"];
  const rows = tokens.map(({ id, run, uses, used, expires, revoked, note }) => [
    id,
    run === "" ? "any" : run,
    uses === null ? String(used) : `${used} of ${uses}`,
    revoked === null ? instant(expires) : "taken back",
    note,
  ]);
  return textTable(["token", "run", "used", "good until", "note"], rows, [2]);
}
