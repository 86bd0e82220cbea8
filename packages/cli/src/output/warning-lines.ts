/**
 * What may go wrong with a plan: for people, before it is run.
 *
 * @module
 */
import { forArms, warningsByArm } from "@potluck/comparison";
import { type Scenario, warningsIn } from "@potluck/scenario";
import type { Terminal } from "../terminal.ts";

/** Tells the user of everything that a scenario is warned of. */
export function tellWarnings(scenario: Scenario, terminal: Pick<Terminal, "err">): void {
  tellArmWarnings([{ name: scenario.name, scenario }], terminal);
}

/** Tells the user of everything that the scenarios of some arms are warned of, and which arms that are, if not all. */
export function tellArmWarnings(
  arms: readonly { readonly name: string; readonly scenario: Scenario }[],
  terminal: Pick<Terminal, "err">,
): void {
  for (const warning of warningsByArm(arms.map(({ name, scenario }) => ({ name, warnings: warningsIn(scenario) })))) {
    terminal.err(`warning${forArms(warning, arms.length)}: ${warning.sentence}\n  ${warning.remedy}\n`);
  }
}
