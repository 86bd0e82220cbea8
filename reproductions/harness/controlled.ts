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

type Rates = readonly [number, ...(readonly number[])];

/** What is learnt, by how many clients, and for how long. */
export interface ControlledBench {
  readonly clients: number;
  readonly rounds: number;
  /** MNIST digits to train on. */
  readonly digits: number;
  /** Units of the hidden layers; none is softmax regression, whose loss is convex. */
  readonly hidden: readonly number[];
  readonly batchSize: number;
  readonly evaluateEvery: number;
  /** The rates that are tried. */
  readonly local: Rates;
  readonly server: Rates;
}

/** A network, and as many rounds as it takes for each client to be asked ten times. */
const SHORT: ControlledBench = {
  clients: 100,
  rounds: 100,
  digits: 4000,
  hidden: [32],
  batchSize: 20,
  evaluateEvery: 4,
  local: [0.03, 0.1, 0.3],
  server: [0.3, 1, 3],
};

/** How messages travel, and what is remembered of them. */
interface Way {
  readonly upload?: ReturnType<typeof codec.identity>;
  readonly feedback?: ReturnType<typeof feedback.none>;
}

/** What the clients do, in words. */
export const controlledCondition = `digits, ${SHORT.clients} clients of two kinds each, ten of them take ten steps in each of ${SHORT.rounds} rounds`;

/** An arm; a network of 784-32-10 on 4,000 digits, unless the bench is another one. */
export function controlledArm(
  name: string,
  { upload = codec.identity(), feedback: memory = feedback.none() }: Way = {},
  {
    clients,
    rounds,
    digits,
    hidden,
    batchSize,
    evaluateEvery,
    local: locals,
    server: servers,
  }: ControlledBench = SHORT,
): Arm {
  return arm(name, pairs(locals, servers), ([local, server]) => ({
    knobs: { local, server },
    scenario: bench({
      data: data.mnist({ trainExamples: digits, testExamples: 1000 }),
      partition: partition.shards({ clients, classesPerClient: 2, testShare: 0 }),
      model: model.mlp({ hidden }),
      evaluateEvery,
      plan: federated({
        pacing: pacing.rounds({ cohort: clients / 10 }),
        weighting: weighting.uniform(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: server }),
        solver: solver.sgd({ learningRate: local }),
        work: { steps: 10, batchSize },
        upload,
        feedback: memory,
        versions: rounds,
      }),
    }),
  }));
}

/** What is measured: how good the model is in the end, and what travelled for it. */
export const controlledMetrics: Experiment["metrics"] = [lateLoss(5), ...codecMetrics];
