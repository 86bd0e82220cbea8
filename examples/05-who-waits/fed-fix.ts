/** A version every few seconds of whatever is there, in which the slow count more because they are seldom there. */
import { aggregation, pacing, participation } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { withPlan } from "./fleet.ts";

const fedFix: Scenario = withPlan("fed-fix", "FedFix: a version at fixed intervals, the slow count more", {
  pacing: pacing.fedFix({ intervalSeconds: 1 }),
  participation: participation.inverse(),
  aggregation: aggregation.sum({ divideBy: "examples" }),
  versions: 400,
});

export default fedFix;
