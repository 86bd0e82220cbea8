/**
 * `potluck studio`: the runs of a store in a page.
 *
 * @module
 */
import { openLog, openRunsSite } from "@potluck/server";
import { Command, Option } from "commander";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aborted, interruptSignal } from "../interrupt.ts";
import { buildStudio } from "../pages/build-studio.ts";
import { DEFAULT_STORE, runStore } from "../store/run-store.ts";
import { storedRuns } from "../studio/stored-runs.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "./whole-number.ts";

interface StudioOptions {
  readonly host: string;
  readonly port: number;
}

/** The subcommand. */
export function studioCommand(terminal: Terminal): Command {
  return new Command("studio")
    .description("Show the runs of a store in a page: look at them, compare them, delete them.")
    .argument(
      "[store]",
      `where runs are kept (default: POTLUCK_STORE, or "${DEFAULT_STORE}")`,
      process.env["POTLUCK_STORE"] ?? DEFAULT_STORE,
    )
    .option("--host <address>", "where it listens; from elsewhere than this machine nobody can delete", "127.0.0.1")
    .addOption(
      new Option("--port <n>", "the port; 0 for any that is free").default(8484).argParser(wholeNumber(0, 65_535)),
    )
    .addHelpText("after", HELP)
    .action(async (store: string, options: StudioOptions) => show(store, options, terminal));
}

const HELP = `
The page is served until Ctrl-C. Runs that go on while it is open are shown as far as they have come.

Exit codes: 0 ended by Ctrl-C, 1 wrong input, 2 wrong command line, 70 a mistake in Potluck.
`;

async function show(folder: string, { host, port }: StudioOptions, terminal: Terminal): Promise<void> {
  const { signal, release } = interruptSignal(terminal, "The studio closes.");
  const pages = await mkdtemp(join(tmpdir(), "potluck-studio-"));
  try {
    const site = await openRunsSite({
      runs: storedRuns(runStore(folder)),
      studio: async () => buildStudio(pages),
      host,
      port,
      log: openLog({ level: "warn", format: "text", write: terminal.err }),
    });
    try {
      terminal.err(`the runs of ${folder}, in a page: ${site.url}\nCtrl-C ends it.\n`);
      await aborted(signal);
    } finally {
      await site.close();
    }
  } finally {
    release();
    await rm(pages, { recursive: true, force: true });
  }
}
