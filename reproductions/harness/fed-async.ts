/**
 * FedAsync as it was published, on the bench of Gaussian classes: arms that differ in the discount of stale updates, or in how
 * a model is changed by one. Each is tuned over the clients' and the server's learning rate.
 *
 * @module
 */
import { aggregation, federated, pacing, serverOptimizer, solver, staleness, weighting } from "@potluck/core";
import { type Arm, arm, type Metric, pairs } from "./experiment.ts";
import { biasOfObjective, lateAccuracy, lateLoss, unrest } from "./metrics.ts";
import { FIVE_STEPS, gaussians, slowClients } from "./uneven.ts";

/** What differs between arms. */
export interface FedAsyncOptions {
  /** By how much of the slowest device's time the fastest takes less; 0.95 by default: it is twenty times as fast. */
  readonly spread?: number;
  /** Standard deviation of the logarithm of a task's time around its device's; 0 by default. */
  readonly computeNoise?: number;
  /** None by default. */
  readonly discount?: ReturnType<typeof staleness.constant>;
  /** Mixing by default. */
  readonly change?: ReturnType<typeof aggregation.mixing>;
}

/** An arm of 400 updates: twenty clients at work all the time, five proximal steps each. */
export function fedAsyncArm(
  name: string,
  {
    spread = 0.95,
    computeNoise = 0,
    discount = staleness.constant(),
    change = aggregation.mixing(),
  }: FedAsyncOptions = {},
): Arm {
  return arm(name, pairs([0.3, 1], [0.1, 0.3, 1, 3]), ([local, server]) => ({
    knobs: { local, server },
    scenario: gaussians({
      spread,
      computeNoise,
      plan: federated({
        pacing: pacing.fedAsync(),
        weighting: weighting.uniform(),
        staleness: discount,
        aggregation: change,
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.fedProx({ mu: 0.01, learningRate: local }),
        work: FIVE_STEPS,
        versions: 400,
      }),
      evaluateEvery: 10,
    }),
  }));
}

/** What all of these experiments measure. */
export const fedAsyncMetrics: readonly [Metric, ...(readonly Metric[])] = [
  lateLoss(20),
  lateAccuracy(20),
  unrest(20),
  slowClients,
  biasOfObjective,
];
