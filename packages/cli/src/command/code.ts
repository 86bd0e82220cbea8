/**
 * `potluck code`: gradient codes. `potluck code probe` times the workers of a scenario, `potluck code tune` chooses a code for them.
 *
 * @module
 */
import { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { codeProbeCommand } from "./code-probe.ts";
import { codeTuneCommand } from "./code-tune.ts";

/** The subcommand. */
export function codeCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const code = new Command("code").description("Gradient codes against stragglers.").addHelpText("after", HELP);
  for (const command of [codeProbeCommand(terminal, finish), codeTuneCommand(terminal)]) {
    code.addCommand(command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err }));
  }
  return code;
}

const HELP = `
  potluck code probe my-plan.json --live     how long its workers take, into times.csv
  potluck code tune times.csv                which code suits them, and what it saves
`;
