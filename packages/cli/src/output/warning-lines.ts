/**
 * What may go wrong with a plan: for people, before it is run.
 *
 * @module
 */
import { type Scenario, warningsIn } from "@potluck/scenario";
import type { Terminal } from "../terminal.ts";

/** Tells the user of everything that a scenario is warned of. */
export function tellWarnings(scenario: Scenario, terminal: Pick<Terminal, "err">): void {
  for (const { sentence, remedy } of warningsIn(scenario)) terminal.err(`warning: ${sentence}\n  ${remedy}\n`);
}
