/**
 * What a simulation has optimised so far, against what its scenario asks for.
 *
 * @module
 */
import { accountsOf, type EffectiveObjective, effectiveObjective, type Machine } from "@potluck/core";
import type { Scenario } from "../scenario.ts";

/** The effective objective of a run of `scenario`: each example counts alike, or each client. */
export function objectiveOf({ objective }: Scenario, { ledger }: Machine): EffectiveObjective {
  const importance = accountsOf(ledger).map(({ examples, dataShare }) => {
    if (objective === "per-client") return 1;
    return ledger.versions === 0 ? examples : dataShare;
  });
  return effectiveObjective(ledger, importance);
}
