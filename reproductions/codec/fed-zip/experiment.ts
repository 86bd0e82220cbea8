/**
 * How many times fewer bytes does FedZip send, if every byte counts, and what does it cost with and without a memory of what is left out?
 *
 * @module
 */
import { codec, feedback, federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model } from "@potluck/scenario";
import { bench, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecMetrics } from "../../harness/codecs.ts";
import { type Arm, arm, type Experiment, type Metric } from "../../harness/experiment.ts";

const CLIENTS = 10;
const ROUNDS = 20;

/** A network of 784-200-10, 159,010 parameters, on 1,000 digits that are shared evenly: an epoch in batches of 10 in every round. */
function armOf(name: string, upload: ReturnType<typeof codec.identity>, keeping = feedback.none()): Arm {
  return arm(name, [0.1, 0.3, 1], (local) => ({
    knobs: { local },
    scenario: bench({
      data: data.mnist({ trainExamples: 1000, testExamples: 1000 }),
      partition: partition.iid({ clients: CLIENTS, testShare: 0 }),
      model: model.mlp({ hidden: [200] }),
      plan: federated({
        pacing: pacing.rounds({ cohort: CLIENTS }),
        solver: solver.sgd({ learningRate: local }),
        work: { epochs: 1, batchSize: 10 },
        upload,
        feedback: keeping,
        versions: ROUNDS,
      }),
    }),
  }));
}

function bothWays(name: string, upload: ReturnType<typeof codec.fedZip>): readonly Arm[] {
  return [armOf(name, upload), armOf(`${name}, kept`, upload, feedback.errorFeedback())];
}

const compression: Metric = {
  name: "times fewer bytes up than float32",
  better: "higher",
  digits: 0,
  of: ({ scorecard }) => scorecard.bottleneck.uploadCompression ?? Number.NaN,
};

export const experiment: Experiment = {
  title: "FedZip with every byte counted",
  conditions: [
    {
      name: `digits, ${CLIENTS} clients with equal shares, all of them in each of ${ROUNDS} rounds`,
      arms: [
        armOf("float32", codec.identity()),
        ...bothWays("10%, four values", codec.fedZip({ ratio: 0.1, bits: 2 })),
        ...bothWays("1%, four values", codec.fedZip({ ratio: 0.01, bits: 2 })),
        ...bothWays("1%, sixteen values", codec.fedZip({ ratio: 0.01, bits: 4 })),
        ...bothWays("0.1%, four values", codec.fedZip({ ratio: 0.001, bits: 2 })),
      ],
    },
  ],
  metrics: [...codecMetrics, compression],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS.slice(0, 6),
};
