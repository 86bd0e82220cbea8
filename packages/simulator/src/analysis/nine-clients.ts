/**
 * A plan on nine clients of three speeds, for tests of what is said of plans.
 *
 * @module
 */
import { federated, type FederatedOptions, pacing, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario, type Scenario } from "@potluck/scenario";

/** How many clients {@link planned} has. */
export const CLIENTS = 9;

/** A plan on nine clients of three speeds that hold unequal numbers of examples. */
export function planned(plan: Partial<FederatedOptions>, changes: Partial<Scenario> = {}): Scenario {
  return scenario({
    name: "planned",
    model: model.mlp({ hidden: [4] }),
    data: data.gaussians({ classes: 3, features: 4, examplesPerClass: 60 }),
    partition: partition.iid({ clients: CLIENTS, testShare: 0 }),
    fleet: fleet.tiers({ flopsPerSecond: 20_000, computeNoise: 0.1, latencySeconds: 0.01 }),
    evaluateEvery: 1000,
    plan: federated({
      pacing: pacing.rounds({ cohort: CLIENTS }),
      solver: solver.sgd({ learningRate: 0.05 }),
      work: { steps: 4, batchSize: 5 },
      versions: 60,
      ...plan,
    }),
    ...changes,
  });
}

/** Every update counts alike. */
export const uniformly: Pick<FederatedOptions, "weighting"> = { weighting: weighting.uniform() };
