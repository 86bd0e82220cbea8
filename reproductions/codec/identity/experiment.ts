/**
 * Does anything get lost on the way from a client to the server and back?
 *
 * @module
 */
import {
  codec,
  federated,
  type FixedWork,
  fold,
  pacing,
  type PartReference,
  present,
  rootKey,
  solver,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { createPool, initialParams, writeModel } from "@potluck/engine";
import { model, type RunResult, type Scenario } from "@potluck/scenario";
import { bench, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import type { Arm, Experiment, Metric } from "../../harness/experiment.ts";

type Local = ReturnType<typeof solver.sgd>;

const ROUNDS = 10;
const WORK: FixedWork = { epochs: 1, batchSize: 10 };

const common: Omit<Scenario, "plan"> = bench({
  data: data.mnist({ trainExamples: 1000, testExamples: 500 }),
  partition: partition.iid({ clients: 1, testShare: 0 }),
  model: model.mlp({ hidden: [32] }),
  evaluateEvery: ROUNDS,
  plan: planOf(solver.sgd({ learningRate: 0.1 })),
});

function planOf(local: Local): Scenario["plan"] {
  return federated({
    pacing: pacing.rounds({ cohort: 1 }),
    solver: local,
    work: WORK,
    upload: codec.identity(),
    versions: ROUNDS,
  });
}

/** What plain training comes to: the same epochs over the same examples, one after the other, without a server. */
async function trainPlainly(seed: number, local: PartReference): Promise<Float32Array> {
  const key = rootKey(seed);
  const dataset = await common.data.load();
  const { clients } = common.partition.split({ examples: dataset.train, key: fold(key, "partition") });
  const built = await common.model.build({ examples: dataset.train, key: fold(key, "model") });
  const pool = await createPool({ workers: 1, model: writeModel(built), dataset });
  let params = initialParams(built);
  for (let epoch = 0; epoch < ROUNDS; epoch++) {
    const order = fold(fold(key, "task"), epoch);
    const { train } = present(clients[0], "the rows of the only client");
    ({ params } = await pool.train({ solver: local, params, rows: train, work: WORK, key: order }));
  }
  await pool.close();
  return params;
}

const differing: Metric = {
  name: "parameters that differ from plain training",
  better: "lower",
  digits: 0,
  of: async ({ seed, parts, params }: RunResult) => {
    const local = present(
      parts.find(({ room }) => room === "solver"),
      "the solver",
    );
    const plain = await trainPlainly(seed, local);
    return params.filter((x, i) => !Object.is(x, plain[i])).length;
  },
};

const bytesPerParameter: Metric = {
  name: "bytes sent for each parameter of each update",
  better: "lower",
  digits: 3,
  of: ({ scorecard, clients, params }) => {
    const answers = clients.reduce((sum, { timesAnswered }) => sum + timesAnswered, 0);
    return scorecard.bottleneck.bytesUp / (answers * params.length);
  },
};

function armOf(name: string, local: Local): Arm {
  return { name, grid: [{ knobs: {}, scenario: { ...common, plan: planOf(local) } }] };
}

export const experiment: Experiment = {
  title: "one client with all the data against plain training",
  conditions: [
    {
      name: "one client, all the examples, ten rounds of an epoch",
      arms: [
        armOf("stochastic gradient descent", solver.sgd({ learningRate: 0.1 })),
        armOf("Adam", solver.adam({ learningRate: 0.001 })),
        armOf("FedProx, μ = 1", solver.fedProx({ mu: 1, learningRate: 0.1 })),
      ],
    },
  ],
  metrics: [differing, bytesPerParameter],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
