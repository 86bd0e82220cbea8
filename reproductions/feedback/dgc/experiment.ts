/**
 * Is a thousandth of the numbers enough for descent with momentum, and what is each of the method's ideas worth?
 *
 * @module
 */
import { codec, feedback, federated, pacing, serverOptimizer, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model } from "@potluck/scenario";
import { bench, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { codecMetrics } from "../../harness/codecs.ts";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";

const WORKERS = 8;
const ROUNDS = 200;
const MOMENTUM = 0.9;
const RATES = [0.1, 0.3, 1] as const;

const atServer = { serverOptimizer: serverOptimizer.momentum({ learningRate: 1, momentum: MOMENTUM }) } as const;
const thousandth = { upload: codec.topK({ ratio: 0.001 }) } as const;

type Way = Pick<Parameters<typeof federated>[0], "upload" | "feedback" | "serverOptimizer">;

/** A network of 784-32-10 on 1,600 digits, shared evenly among 8 workers that take one step of 20 digits in each round. */
function armOf(name: string, way: Way): Arm {
  return arm(name, RATES, (local) => ({
    knobs: { local },
    scenario: bench({
      data: data.mnist({ trainExamples: 1600, testExamples: 1000 }),
      partition: partition.iid({ clients: WORKERS, testShare: 0 }),
      model: model.mlp({ hidden: [32] }),
      evaluateEvery: 8,
      plan: federated({
        pacing: pacing.rounds({ cohort: WORKERS }),
        solver: solver.sgd({ learningRate: local }),
        work: { steps: 1, batchSize: 20 },
        ...way,
        versions: ROUNDS,
      }),
    }),
  }));
}

export const experiment: Experiment = {
  title: "A thousandth of the numbers with momentum at the clients, against all of them with momentum at the server",
  conditions: [
    {
      name: `digits, ${WORKERS} workers that take a step of 20 digits in each of ${ROUNDS} rounds`,
      arms: [
        armOf("all numbers, momentum at the server", { upload: codec.identity(), ...atServer }),
        armOf("dgc, 1%", { upload: codec.topK({ ratio: 0.01 }), feedback: feedback.dgc({ momentum: MOMENTUM }) }),
        armOf("dgc, 0.1%", { ...thousandth, feedback: feedback.dgc({ momentum: MOMENTUM }) }),
        armOf("dgc, 0.1%, warm-up of 40 rounds", {
          upload: codec.topK({ ratio: 0.001, warmUpVersions: 40 }),
          feedback: feedback.dgc({ momentum: MOMENTUM }),
        }),
        armOf("dgc, 0.1%, without masking", {
          ...thousandth,
          feedback: feedback.dgc({ momentum: MOMENTUM, masking: "off" }),
        }),
        armOf("0.1%, without momentum correction", { ...thousandth, feedback: feedback.errorFeedback(), ...atServer }),
        armOf("0.1%, error feedback without momentum", { ...thousandth, feedback: feedback.errorFeedback() }),
      ],
    },
  ],
  metrics: codecMetrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS.slice(0, 6),
};
