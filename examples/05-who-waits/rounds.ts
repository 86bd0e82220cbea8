/** Everybody trains in every round, and the round lasts as long as the slowest of them. */
import { pacing } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { withPlan } from "./fleet.ts";

const rounds: Scenario = withPlan("rounds", "Synchronous rounds: everybody waits for the slowest", {
  pacing: pacing.rounds({ cohort: 40 }),
  versions: 400,
});

export default rounds;
