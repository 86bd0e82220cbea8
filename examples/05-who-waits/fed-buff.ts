/** Everybody works all the time, and every ten answers make a version. */
import { aggregation, pacing, staleness } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { withPlan } from "./fleet.ts";

const fedBuff: Scenario = withPlan("fed-buff", "FedBuff: ten answers make a version", {
  pacing: pacing.fedBuff({ updates: 10 }),
  staleness: staleness.polynomial(),
  aggregation: aggregation.sum({ divideBy: "share" }),
  versions: 400,
});

export default fedBuff;
