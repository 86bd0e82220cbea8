/**
 * What a simulation has optimised so far, against what its scenario asks for.
 *
 * @module
 */
import { columnOf, type EffectiveObjective, effectiveObjective, type Machine } from "@potluck/core";
import type { Scenario } from "../scenario.ts";

/**
 * The effective objective of a run of `scenario`: each example counts alike, or each client. Where clients share their data
 * there is one objective, whoever is heard.
 */
export function objectiveOf(scenario: Scenario, { ledger }: Machine): EffectiveObjective {
  return effectiveObjective(ledger, importanceIn(scenario, ledger));
}

function importanceIn({ objective, partition }: Scenario, ledger: Machine["ledger"]): readonly number[] {
  if (partition.isShared === true && ledger.versions > 0) return columnOf(ledger, "pull");
  const examples = columnOf(ledger, "examples");
  if (objective === "per-client") return examples.map(() => 1);
  return ledger.versions === 0 ? examples : columnOf(ledger, "dataShare");
}
