/**
 * Do weights by an online estimate of participation make up for clients that are there seldom, and unknown how seldom?
 *
 * @module
 */
import { aggregation, federated, fold, pacing, participation, permutation, solver, weighting } from "@potluck/core";
import { partition } from "@potluck/data";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { fleetOf } from "../../harness/fleets.ts";
import { biasOfObjective, lateLoss, unrest } from "../../harness/metrics.ts";
import { FIVE_STEPS, gaussians, SEEDS, TUNING_SEEDS, worstClass } from "../../harness/uneven.ts";

const CLIENTS = 20;
const ROUNDS = 120;
/** The least and the greatest probability that a client takes part in a round. */
const [LEAST, MOST] = [0.05, 0.9];

/**
 * Clients that take part in a round with probabilities that are evenly spread in their logarithms. Who has which is random:
 * every client has one class, and only one other has the same, so that some classes are seldom heard.
 */
const comingAndGoing = fleetOf("coming-and-going", (count, key) =>
  Array.from(permutation(fold(key, "coming and going"), count), (place) => ({
    taskTimes: { kind: "whole", seconds: Float64Array.of(1) },
    // A task that fails is a client that does not take part.
    failureRate: 1 - MOST * (LEAST / MOST) ** (place / (count - 1)),
  })),
);

/** How who is there is counted. */
interface Counting {
  readonly correction: ReturnType<typeof participation.inverse>;
  readonly aggregation: ReturnType<typeof aggregation.mean>;
}

function armOf(name: string, { correction, aggregation: chosen }: Counting): Arm {
  return arm(name, [0.1, 0.3, 1, 3], (learningRate) => ({
    knobs: { "learning rate": learningRate },
    scenario: gaussians({
      partition: partition.shards({ clients: CLIENTS, classesPerClient: 1, testShare: 0 }),
      fleet: comingAndGoing,
      plan: federated({
        pacing: pacing.rounds({ cohort: CLIENTS, quorum: 1 / CLIENTS }),
        weighting: weighting.uniform(),
        participation: correction,
        aggregation: chosen,
        solver: solver.sgd({ learningRate }),
        work: FIVE_STEPS,
        versions: ROUNDS,
      }),
      evaluateEvery: 5,
    }),
  }));
}

const overClients = aggregation.sum({ divideBy: "clients" });

export const experiment: Experiment = {
  title: "clients that are there seldom, and unknown how seldom",
  conditions: [
    {
      name: "probabilities of taking part from 0.9 to 0.05",
      arms: [
        armOf("mean of who is there", { correction: participation.uncorrected(), aggregation: aggregation.mean() }),
        armOf("sum over all clients", { correction: participation.uncorrected(), aggregation: overClients }),
        armOf("FedAU, no cut-off", { correction: participation.fedAu(), aggregation: overClients }),
        armOf("FedAU, cut off at 5", { correction: participation.fedAu({ cutOff: 5 }), aggregation: overClients }),
      ],
    },
  ],
  metrics: [lateLoss(10), worstClass, unrest(10), biasOfObjective],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
