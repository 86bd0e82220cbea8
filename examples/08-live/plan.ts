/**
 * Six devices that really train: a process each, up to four times as slow as the fastest, each with digits of its own. Every two
 * seconds whatever has arrived becomes a new model, and those who are seldom heard count more.
 */
import { aggregation, federated, pacing, participation, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario, type Scenario } from "@potluck/scenario";

const live: Scenario = scenario({
  name: "live",
  title: "Six processes of unequal speed train on MNIST, each on digits of its own",
  model: model.mlp({ hidden: [64] }),
  data: data.mnist(),
  partition: partition.dirichlet({ clients: 6, alpha: 0.3 }),
  fleet: fleet.tiers({ slowdowns: [1, 2, 4], flopsPerSecond: 4e9 }),
  plan: federated({
    pacing: pacing.fedFix({ intervalSeconds: 2 }),
    participation: participation.inverse(),
    aggregation: aggregation.sum({ divideBy: "examples" }),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { epochs: 1, batchSize: 32 },
    versions: 60,
  }),
  targetAccuracy: 0.96,
  stopAtTarget: true,
});

export default live;
