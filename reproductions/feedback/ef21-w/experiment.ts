/**
 * Does EF21-W find, while it runs, the rate that the mean of the clients' smoothness allows?
 *
 * @module
 */
import { codec, feedback, federated, pacing, solver, weighting } from "@potluck/core";
import { fleet, model } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";
import { type Arm, arm, type Condition, type Experiment, type Metric } from "../../harness/experiment.ts";
import { finalLoss } from "../../harness/metrics.ts";
import { inLots, logits } from "./scene.ts";

const CLIENTS = 10;
const ROUNDS = 800;
/** Of twenty numbers two are sent. */
const SENT = 1 / 10;

/** √(β / θ) */
const PENALTY = Math.sqrt(1 - SENT) / (1 - Math.sqrt(1 - SENT));

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** The learning rates that the two analyses allow. */
function ratesOf(smoothness: readonly number[]): { readonly quadratic: number; readonly arithmetic: number } {
  const rate = (average: number): number => 1 / (mean(smoothness) + average * PENALTY);
  return { quadratic: rate(Math.sqrt(mean(smoothness.map((l) => l * l)))), arithmetic: rate(mean(smoothness)) };
}

type Memory = ReturnType<typeof feedback.none>;

function armOf(name: string, smoothness: readonly number[], learningRate: number, memory: Memory): Arm {
  return arm(name, [learningRate], () => ({
    knobs: {},
    scenario: {
      name: "logits",
      model: model.linear({ intercept: "none" }),
      data: logits(smoothness, 0),
      partition: inLots(CLIENTS),
      fleet: fleet.uniform(),
      evaluateEvery: 10,
      plan: federated({
        pacing: pacing.rounds({ cohort: CLIENTS }),
        weighting: weighting.uniform(),
        solver: solver.sgd({ learningRate }),
        work: { steps: 1, batchSize: 1000 },
        upload: codec.topK({ ratio: SENT }),
        feedback: memory,
        versions: ROUNDS,
      }),
    },
  }));
}

/** One client has a loss that is `steeper` times as steep as those of all others. */
function condition(steeper: number): Condition {
  const smoothness = Array.from({ length: CLIENTS }, (_, k) => (k === 0 ? steeper : 1));
  const { quadratic, arithmetic } = ratesOf(smoothness);
  const estimated = feedback.ef21W({ rate: "estimated" });
  return {
    name: `one client of ${CLIENTS} is ${steeper} times as steep: the rates are 1 to ${(arithmetic / quadratic).toFixed(2)}`,
    arms: [
      armOf("EF21, the rate of the root of the mean square", smoothness, quadratic, feedback.ef21()),
      armOf("EF21-W, the rate of the mean", smoothness, arithmetic, feedback.ef21W()),
      armOf("EF21-W, the rate estimated from 0.1 on", smoothness, 0.1, estimated),
      armOf("EF21-W, the rate estimated from 0.001 on", smoothness, 0.001, estimated),
    ],
  };
}

/** By the loss above its least. */
const rounds: Metric = {
  name: "rounds until a thousandth of the excess loss is left",
  better: "lower",
  digits: 0,
  of: ({ measurements }) => {
    const losses = measurements.map(({ testLoss }) => testLoss);
    const least = Math.min(...losses);
    const first = losses[0] ?? Number.NaN;
    return measurements.find(({ testLoss }) => testLoss - least <= 1e-3 * (first - least))?.version ?? Infinity;
  },
};

export const experiment: Experiment = {
  title: "EF21-W with smoothness that is known, and that is estimated",
  conditions: [condition(1), condition(10), condition(30)],
  metrics: [rounds, { ...finalLoss, digits: 6 }],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5],
  run: async (scenario, seed) => {
    const { smoothness } = scenario.data.part.options;
    const asked = Array.isArray(smoothness) ? smoothness.map(Number) : [];
    return simulate({ scenario: { ...scenario, data: logits(asked, seed) }, seed, workers: 1 });
  },
};
