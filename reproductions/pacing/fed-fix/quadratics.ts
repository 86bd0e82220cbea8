/**
 * Which optimum do asynchronous schemes approach? On quadratics it is known.
 *
 * All clients have the same curvatures, so that several local steps by themselves move no fixed point: what is left is
 * whom a scheme hears, and the swing of a model that is never still, which shrinks with the learning rate.
 *
 * @module
 */
import { aggregation, federated, pacing, participation, serverOptimizer, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, loss, model } from "@potluck/scenario";
import { type Arm, arm, type Condition, type Experiment } from "../../harness/experiment.ts";
import { IDEAL_LINKS } from "../../harness/fleets.ts";
import { distanceToAsked, distanceToRealised } from "../../harness/metrics.ts";
import { objectiveBias } from "../../harness/time-metrics.ts";

const CLIENTS = 20;
const DIMENSIONS = 10;
/** Floating-point operations of ten steps on all rows of a client: the slowest device takes a second, or a trifle less. */
const TASK_FLOPS = 4410;

/** Updates in a second, where nobody waits: Σ 1/τ for computing times from 0.2 to 1 second. */
const UPDATES_PER_SECOND = 41;

type Parts = Pick<Parameters<typeof federated>[0], "pacing" | "participation" | "aggregation">;

/** A scheme, and how much weight a second of it has, all clients together: its server's learning rate makes up for that. */
interface Scheme extends Parts {
  readonly name: string;
  readonly weightPerSecond: number;
}

const ofClients = aggregation.sum({ divideBy: "clients" });
const corrected = { participation: participation.inverse(), aggregation: ofClients } as const;
const identical = { aggregation: aggregation.sum() } as const;

const SCHEMES: readonly [Scheme, ...Scheme[]] = [
  { name: "FedAvg", pacing: pacing.rounds({ cohort: CLIENTS }), ...corrected, weightPerSecond: 1 },
  ...(["identical", "corrected"] as const).flatMap((weights): readonly Scheme[] => {
    const parts = weights === "identical" ? identical : corrected;
    return [
      {
        name: `asynchronous FedAvg, ${weights} weights`,
        pacing: pacing.fedAsync(),
        ...parts,
        weightPerSecond: UPDATES_PER_SECOND,
      },
      {
        name: `FedBuff, 5, ${weights} weights`,
        pacing: pacing.fedBuff({ updates: 5 }),
        ...parts,
        weightPerSecond: UPDATES_PER_SECOND / 5,
      },
    ];
  }),
  {
    name: "FedFix, 0.2 s, not corrected",
    pacing: pacing.fedFix({ intervalSeconds: 0.2 }),
    aggregation: ofClients,
    weightPerSecond: UPDATES_PER_SECOND / CLIENTS,
  },
  ...[0.2, 0.5].map((intervalSeconds): Scheme => ({
    name: `FedFix, ${intervalSeconds} s`,
    pacing: pacing.fedFix({ intervalSeconds }),
    ...corrected,
    weightPerSecond: 1 / intervalSeconds,
  })),
];

function armOf({ name, weightPerSecond, ...parts }: Scheme, learningRate: number, seconds: number): Arm {
  return arm(name, [learningRate], () => ({
    knobs: {},
    scenario: {
      name: "quadratics",
      model: model.linear({ intercept: "none" }),
      loss: loss.meanSquaredError(),
      data: data.quadratics({
        clients: CLIENTS,
        dimensions: DIMENSIONS,
        smallestCurvature: 0.5,
        curvatures: "shared",
      }),
      partition: partition.byKey({ clients: CLIENTS, testShare: 0 }),
      fleet: fleet.linear({ ...IDEAL_LINKS, spread: 0.8, flopsPerSecond: TASK_FLOPS * 1.001 }),
      plan: federated({
        weighting: weighting.uniform(),
        serverOptimizer: serverOptimizer.sgd({ learningRate: 1 / weightPerSecond }),
        solver: solver.sgd({ learningRate }),
        work: { steps: 10, batchSize: DIMENSIONS },
        versions: 1e6,
        ...parts,
      }),
      objective: "per-client",
      maximumSeconds: seconds,
      evaluateEvery: 1000,
    },
  }));
}

function armsOf(learningRate: number, seconds: number): Condition["arms"] {
  const [first, ...others] = SCHEMES;
  const armFor = (scheme: Scheme): Arm => armOf(scheme, learningRate, seconds);
  return [armFor(first), ...others.map(armFor)];
}

const [coarse, fine] = [armsOf(0.1, 20), armsOf(0.03, 60)];

/** The same scheme without and with the correction, seed by seed. */
function pair(name: string, without: string, corrects: string): Condition {
  return { name: `learning rate 0.03: ${name}`, arms: [armNamed(without), armNamed(corrects)] };
}

function armNamed(name: string): Arm {
  const found = fine.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no arm ${name}`);
  return found;
}

export const experiment: Experiment = {
  title: "which optimum asynchronous schemes approach, on quadratics",
  conditions: [
    { name: "learning rate 0.1, 20 seconds", arms: coarse },
    { name: "learning rate 0.03, 60 seconds", arms: fine },
    pair(
      "what the correction does one update at a time",
      "asynchronous FedAvg, identical weights",
      "asynchronous FedAvg, corrected weights",
    ),
    pair("what it does in buffers", "FedBuff, 5, identical weights", "FedBuff, 5, corrected weights"),
    pair("what it does at fixed intervals", "FedFix, 0.2 s, not corrected", "FedFix, 0.2 s"),
  ],
  metrics: [distanceToAsked, distanceToRealised, objectiveBias],
  tuningSeeds: [],
  seeds: [1, 2, 3, 4, 5, 6],
};
