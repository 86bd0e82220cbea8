/**
 * A first run: federated averaging on MNIST.
 *
 * A hundred clients hold handwritten digits, each mostly a few kinds of them; a third of the devices is three times
 * slower than the fastest and another third ten times. Ten clients a round train a small network on what they have,
 * until it recognises 97 of 100 digits that nobody trained on.
 */
import { federated, pacing, selection, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario, type Scenario } from "@potluck/scenario";

const firstRun: Scenario = scenario({
  name: "first-run",
  title: "Federated averaging on MNIST: 100 unequal clients, 10 a round",
  model: model.mlp({ hidden: [200, 200] }),
  data: data.mnist(),
  partition: partition.dirichlet({ clients: 100, alpha: 0.3, quantitySkew: 0.5 }),
  fleet: fleet.tiers({ slowdowns: [1, 3, 10] }),
  plan: federated({
    pacing: pacing.rounds({ cohort: 10 }),
    selection: selection.uniform(),
    weighting: weighting.byExamples(),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { epochs: 5, batchSize: 16 },
    versions: 120,
  }),
  targetAccuracy: 0.97,
  stopAtTarget: true,
});

export default firstRun;
