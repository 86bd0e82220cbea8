/**
 * The arms that the reproductions of control variates share: many clients of two kinds of digits each, of which few take part in a
 * round, and take many steps.
 *
 * @module
 */
import { codec, feedback, federated, pacing, serverOptimizer, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { model } from "@potluck/scenario";
import { bench } from "./bench.ts";
import { codecMetrics } from "./codecs.ts";
import { type Arm, arm, type Experiment, pairs } from "./experiment.ts";
import { lateLoss } from "./metrics.ts";

const CLIENTS = 100;
const ROUNDS = 100;

/** How messages travel, and what is remembered of them. */
interface Way {
  readonly upload?: ReturnType<typeof codec.identity>;
  readonly feedback?: ReturnType<typeof feedback.none>;
}

/** What the clients do, in words. */
export const controlledCondition = `digits, ${CLIENTS} clients of two kinds each, ten of them take ten steps in each of ${ROUNDS} rounds`;

/** An arm: a network of 784-32-10 on 4,000 digits, tuned over three local and three server rates. */
export function controlledArm(
  name: string,
  { upload = codec.identity(), feedback: memory = feedback.none() }: Way = {},
): Arm {
  return arm(name, pairs([0.03, 0.1, 0.3], [0.3, 1, 3]), ([local, server]) => ({
    knobs: { local, server },
    scenario: bench({
      data: data.mnist({ trainExamples: 4000, testExamples: 1000 }),
      partition: partition.shards({ clients: CLIENTS, classesPerClient: 2, testShare: 0 }),
      model: model.mlp({ hidden: [32] }),
      evaluateEvery: 4,
      plan: federated({
        pacing: pacing.rounds({ cohort: CLIENTS / 10 }),
        weighting: weighting.uniform(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.sgd({ learningRate: local }),
        work: { steps: 10, batchSize: 20 },
        upload,
        feedback: memory,
        versions: ROUNDS,
      }),
    }),
  }));
}

/** What is measured: how good the model is in the end, and what travelled for it. */
export const controlledMetrics: Experiment["metrics"] = [lateLoss(5), ...codecMetrics];
