/**
 * What a simulation has optimised so far, against what its scenario asks for.
 *
 * @module
 */
import { clientId, type EffectiveObjective, effectiveObjective, type Machine } from "@potluck/core";
import type { Scenario } from "../scenario.ts";

/** The effective objective of a run of `scenario`: each example counts alike, or each client. */
export function objectiveOf({ objective }: Scenario, { ledger, fleet }: Machine): EffectiveObjective {
  const importance = Array.from({ length: fleet.population }, (_, id) =>
    objective === "per-client" ? 1 : fleet.client(clientId(id)).profile.examples,
  );
  return effectiveObjective(ledger, importance);
}
