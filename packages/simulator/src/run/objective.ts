/**
 * What a simulation has optimised so far, against what its scenario asks for.
 *
 * @module
 */
import { columnOf, type EffectiveObjective, effectiveObjective, type Machine } from "@potluck/core";
import type { Scenario } from "../scenario.ts";

/** The effective objective of a run of `scenario`: each example counts alike, or each client. */
export function objectiveOf({ objective }: Scenario, { ledger }: Machine): EffectiveObjective {
  return effectiveObjective(ledger, importanceIn(objective, ledger));
}

function importanceIn(objective: Scenario["objective"], ledger: Machine["ledger"]): readonly number[] {
  const examples = columnOf(ledger, "examples");
  if (objective === "per-client") return examples.map(() => 1);
  return ledger.versions === 0 ? examples : columnOf(ledger, "dataShare");
}
