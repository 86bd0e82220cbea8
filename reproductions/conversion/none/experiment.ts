/**
 * Is anything lost without conversions where nobody is late?
 *
 * @module
 */
import { conversion, federated, type FederatedOptions, pacing, solver, weighting } from "@potluck/core";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { finalAccuracy, finalLoss } from "../../harness/metrics.ts";

function armOf(name: string, chosen: NonNullable<FederatedOptions["conversion"]>): Arm {
  return arm(name, [0.1], (learningRate) => ({
    knobs: {},
    scenario: bench({
      plan: federated({
        pacing: pacing.fedFix({ intervalSeconds: 60 }),
        weighting: weighting.uniform(),
        conversion: chosen,
        solver: solver.sgd({ learningRate }),
        work: { steps: 5, batchSize: 20 },
        versions: 15,
      }),
      evaluateEvery: 5,
    }),
  }));
}

export const experiment: Experiment = {
  title: "fresh updates, with conversions of old ones and without",
  conditions: [
    {
      name: "equal devices, all of whom answer within an interval",
      arms: [armOf("none", conversion.none()), armOf("gradient-inversion", conversion.gradientInversion())],
    },
  ],
  metrics: [finalAccuracy, finalLoss],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5],
};
