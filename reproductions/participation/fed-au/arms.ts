/**
 * Clients that take part at rates that nobody knows and that go with their data, and how who is there is counted.
 *
 * @module
 */
import { aggregation, federated, pacing, participation, solver, weighting } from "@potluck/core";
import { data } from "@potluck/data";
import { type Arm, arm, type Experiment } from "../../harness/experiment.ts";
import { biasOfObjective, lateLoss, unrest } from "../../harness/metrics.ts";
import { FIVE_STEPS, gaussians, worstClass } from "../../harness/uneven.ts";
import { attending, EXAMPLES, mostlyOneClass, type Pattern, shareOf } from "./attendance.ts";

const ROUNDS = 300;

/** How many clients there are, a multiple of ten, and when each is there. */
export interface Attendance {
  readonly clients: number;
  readonly pattern: Pattern;
}

/** How who is there is counted. */
interface Counting {
  readonly correction: ReturnType<typeof participation.inverse>;
  readonly aggregation: ReturnType<typeof aggregation.mean>;
}

/** What nobody knows outside of an experiment: 1 / p_k. */
function oracle(clients: number): Counting["correction"] {
  return {
    part: { room: "participation", name: "oracle", options: {} },
    init: () => null,
    correction: (_, { client }) => 1 / shareOf(client, clients),
  };
}

function armOf(name: string, { clients, pattern }: Attendance, { correction, aggregation: chosen }: Counting): Arm {
  return arm(name, [0.1, 0.3, 1, 3], (learningRate) => ({
    knobs: { "learning rate": learningRate },
    scenario: gaussians({
      data: data.gaussians({
        classes: 10,
        features: 32,
        spread: 0.4,
        examplesPerClass: (EXAMPLES * clients) / 10,
        testExamplesPerClass: 100,
      }),
      partition: mostlyOneClass(clients),
      fleet: attending(pattern.name, pattern, ROUNDS),
      plan: federated({
        // Rounds by the clock: who is there at a whole second trains on the model of that instant.
        pacing: pacing.fedFix({ intervalSeconds: 1 }),
        weighting: weighting.uniform(),
        participation: correction,
        aggregation: chosen,
        solver: solver.sgd({ learningRate }),
        work: FIVE_STEPS,
        versions: ROUNDS,
      }),
      maximumSeconds: ROUNDS,
      evaluateEvery: 10,
    }),
  }));
}

const overClients = aggregation.sum({ divideBy: "clients" });

/** The mean over who is there. */
export const mean = (attendance: Attendance): Arm =>
  armOf("mean of who is there", attendance, {
    correction: participation.uncorrected(),
    aggregation: aggregation.mean(),
  });

/** The sum over all clients of who is there, uncorrected. */
export const sum = (attendance: Attendance): Arm =>
  armOf("sum over all clients", attendance, { correction: participation.uncorrected(), aggregation: overClients });

/** FedAU, with a cut-off or with none. */
export const fedAu = (attendance: Attendance, cutOff: number | null): Arm =>
  armOf(cutOff === null ? "FedAU, no cut-off" : `FedAU, cut off at ${cutOff}`, attendance, {
    correction: participation.fedAu({ cutOff }),
    aggregation: overClients,
  });

/** Exact weights. */
export const exact = (attendance: Attendance): Arm =>
  armOf("oracle: 1 / p", attendance, { correction: oracle(attendance.clients), aggregation: overClients });

/** What is measured. */
export const metrics: Experiment["metrics"] = [lateLoss(10), worstClass, biasOfObjective, unrest(10)];
