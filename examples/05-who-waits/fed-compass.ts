/** Everybody gets as much work as makes it arrive together with others. */
import { aggregation, pacing, staleness } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { withPlan } from "./fleet.ts";

const fedCompass: Scenario = withPlan("fed-compass", "FedCompass: work that suits the speed, arrivals together", {
  pacing: pacing.fedCompass(),
  work: { minimumSteps: 10, maximumSteps: 50, batchSize: 16 },
  staleness: staleness.polynomial(),
  aggregation: aggregation.sum({ divideBy: "examples" }),
  versions: 400,
});

export default fedCompass;
