/**
 * Clients that arrive at very unequal rates: does remembering everyone's latest update take away the bias?
 *
 * @module
 */
import { aggregation, federated, pacing, serverOptimizer, solver, weighting } from "@potluck/core";
import { type Arm, arm, type Condition, type Experiment, pairs } from "../../harness/experiment.ts";
import { biasOfObjective, distanceToRealised, lateDistanceToAsked } from "../../harness/metrics.ts";
import { quadratics, SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";

/** The fastest client arrives ten times for once of the slowest. */
const SPREAD = 0.9;

function armOf(name: string, chosen: ReturnType<typeof aggregation.mean>, spread: number): Arm {
  return arm(name, pairs([0.01, 0.1], [0.3, 1, 3, 10]), ([local, server]) => ({
    knobs: { local, server },
    scenario: quadratics({
      spread,
      plan: federated({
        pacing: pacing.anarchic({ updates: 5 }),
        weighting: weighting.uniform(),
        aggregation: chosen,
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.sgd({ learningRate: local }),
        work: { minimumSteps: 1, maximumSteps: 10, batchSize: 10 },
        versions: 200,
      }),
      evaluateEvery: 4,
    }),
  }));
}

function condition(name: string, spread: number): Condition {
  return {
    name,
    arms: [armOf("AFA-CD", aggregation.afaCd(), spread), armOf("AFA-CS", aggregation.afaCs(), spread)],
  };
}

export const experiment: Experiment = {
  title: "the optimum that is reached where clients arrive at unequal rates",
  conditions: [condition("rates up to ten to one", SPREAD), condition("equal rates", 0)],
  metrics: [lateDistanceToAsked, distanceToRealised, biasOfObjective],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
