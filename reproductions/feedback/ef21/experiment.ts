/**
 * Does the learning rate that EF21 bears follow the mean of the clients' smoothness constants, and not the root of their mean square?
 *
 * On quadratics everything in the bound is known: L_i is a client's largest curvature, L at most their mean, and one number in d is sent, so that α = 1 / d.
 *
 * @module
 */
import { codec, feedback, federated, pacing, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, loss, model } from "@potluck/scenario";
import { type Arm, arm, type Condition, type Experiment, type Metric } from "../../harness/experiment.ts";
import { distanceToAsked } from "../../harness/metrics.ts";

const CLIENTS = 10;
const DIMENSIONS = 10;
const ROUNDS = 1000;

/** θ and β of a codec that sends one number in d. */
const THETA = 1 - Math.sqrt(1 - 1 / DIMENSIONS);
const BETA = (1 - 1 / DIMENSIONS) / THETA;

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** The learning rates that the two analyses allow. */
function ratesOf(scales: readonly number[]): { readonly quadratic: number; readonly arithmetic: number } {
  const rate = (average: number): number => 1 / (mean(scales) + average * Math.sqrt(BETA / THETA));
  return { quadratic: rate(Math.sqrt(mean(scales.map((l) => l * l)))), arithmetic: rate(mean(scales)) };
}

type Memory = ReturnType<typeof feedback.none>;

function armOf(name: string, scales: readonly number[], learningRate: number, memory: Memory): Arm {
  return arm(name, [learningRate], () => ({
    knobs: {},
    scenario: {
      name: "quadratics",
      model: model.linear({ intercept: "none" }),
      loss: loss.meanSquaredError(),
      data: data.quadratics({ clients: CLIENTS, dimensions: DIMENSIONS, smallestCurvature: 0.5, scales: [...scales] }),
      partition: partition.byKey({ clients: CLIENTS, testShare: 0 }),
      fleet: fleet.uniform(),
      evaluateEvery: 10,
      plan: federated({
        pacing: pacing.rounds({ cohort: CLIENTS }),
        weighting: weighting.uniform(),
        solver: solver.sgd({ learningRate }),
        work: { steps: 1, batchSize: DIMENSIONS },
        upload: codec.topK({ ratio: 1 / DIMENSIONS }),
        feedback: memory,
        versions: ROUNDS,
      }),
    },
  }));
}

/** One client has a loss that is `steeper` times as steep as that of all others. */
function condition(steeper: number): Condition {
  const scales = Array.from({ length: CLIENTS }, (_, k) => (k === 0 ? steeper : 1));
  const { quadratic, arithmetic } = ratesOf(scales);
  return {
    name: `one client of ${CLIENTS} is ${steeper} times as steep: the rates are 1 to ${(arithmetic / quadratic).toFixed(2)}`,
    arms: [
      armOf("EF21, the rate of the root of the mean square", scales, quadratic, feedback.ef21()),
      armOf("EF21-W, the rate of the mean", scales, arithmetic, feedback.ef21()),
      armOf("error feedback, the rate of the mean", scales, arithmetic, feedback.errorFeedback()),
    ],
  };
}

/** Rounds until the distance to the optimum, squared, has fallen to a part of what it was at first, by the held-out loss above its least. */
const rounds: Metric = {
  name: "rounds until a millionth of the excess loss is left",
  better: "lower",
  digits: 0,
  of: ({ measurements }) => {
    const losses = measurements.map(({ testLoss }) => testLoss);
    const least = Math.min(...losses);
    const first = losses[0] ?? Number.NaN;
    return measurements.find(({ testLoss }) => testLoss - least <= 1e-6 * (first - least))?.version ?? Infinity;
  },
};

export const experiment: Experiment = {
  title: "EF21 and the learning rates that two analyses allow",
  conditions: [condition(1), condition(3), condition(10), condition(30)],
  metrics: [rounds, distanceToAsked],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
