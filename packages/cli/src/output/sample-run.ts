/**
 * Small runs for tests, each done in a moment.
 *
 * @module
 */
import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, type RunResult, type Scenario, scenario } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";

/** The result of the sample scenario with `changes` made to it. */
export async function sampleRun(changes: Partial<Scenario> = {}): Promise<RunResult> {
  return simulate({ scenario: sampleScenario(changes), seed: 1, workers: 1 });
}

/** Six clients and three versions, with `changes` made to them. */
export function sampleScenario(changes: Partial<Scenario> = {}): Scenario {
  return scenario({
    name: "sample",
    model: model.mlp({ hidden: [8] }),
    data: data.gaussians({ classes: 3, features: 5, examplesPerClass: 60 }),
    partition: partition.iid({ clients: 6 }),
    fleet: fleet.uniform(),
    plan: samplePlan(0.1),
    ...changes,
  });
}

/** Three rounds of one step. Far too large a learning rate leaves a model whose loss is not finite. */
export function samplePlan(learningRate: number): Scenario["plan"] {
  return federated({
    pacing: pacing.rounds({ cohort: 3 }),
    solver: solver.sgd({ learningRate }),
    work: { steps: 1, batchSize: 8 },
    versions: 3,
  });
}
