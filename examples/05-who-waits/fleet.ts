/**
 * What the four plans of this folder have in common: forty clients with handwritten digits, each mostly a few kinds of
 * them. A third of the devices is three times slower than the fastest, and another third ten times.
 */
import { federated, type FederatedOptions, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario, type Scenario } from "@potluck/scenario";

/** How a plan differs from the others. */
type Choice = Pick<FederatedOptions, "pacing" | "versions"> & Partial<FederatedOptions>;

/** The scenario in which `choice` trains until 95 of 100 digits that nobody trained on are recognised. */
export function withPlan(name: string, title: string, choice: Choice): Scenario {
  return scenario({
    name,
    title,
    model: model.mlp({ hidden: [64] }),
    data: data.mnist(),
    partition: partition.dirichlet({ clients: 40, alpha: 0.3, quantitySkew: 0.5 }),
    fleet: fleet.tiers({ slowdowns: [1, 3, 10], flopsPerSecond: 1e9 }),
    plan: federated({
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { steps: 50, batchSize: 16 },
      ...choice,
    }),
    evaluateEvery: 2,
    targetAccuracy: 0.95,
    stopAtTarget: true,
  });
}
