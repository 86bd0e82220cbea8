/**
 * `potluck schema`: the JSON Schema of scenario files.
 *
 * @module
 */
import { scenarioJsonSchema } from "@potluck/scenario";
import { Command } from "commander";
import type { Terminal } from "../terminal.ts";

/** The subcommand. */
export function schemaCommand(terminal: Terminal): Command {
  return new Command("schema")
    .description("The JSON Schema of scenario files: with it, editors complete names and options and show mistakes.")
    .addHelpText("after", HELP)
    .action(() => terminal.out(scenarioJsonSchema()));
}

const HELP = `
A scenario file may name it in its first line, relative to itself:

  { "$schema": "./scenario.schema.json", "name": "my-run", … }
`;
