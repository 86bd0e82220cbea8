/**
 * Which points lie within a circle: pages that anybody opens bring points, this coordinator only some to judge the model by.
 */
import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario, type Scenario } from "@potluck/scenario";
import { join } from "node:path";

const inTheBrowser: Scenario = scenario({
  name: "in-the-browser",
  title: "Two pages, each with points of its own",
  model: model.mlp({ hidden: [16] }),
  data: data.csv({
    file: join(import.meta.dirname, "held-out.csv"),
    target: "inside",
    scaling: "none",
    testShare: 0.9,
  }),
  partition: partition.iid({ clients: 2 }),
  fleet: fleet.uniform(),
  plan: federated({
    pacing: pacing.rounds({ cohort: 2 }),
    solver: solver.sgd({ learningRate: 0.5 }),
    work: { epochs: 5, batchSize: 10 },
    versions: 30,
  }),
  targetAccuracy: 0.9,
});

export default inTheBrowser;
