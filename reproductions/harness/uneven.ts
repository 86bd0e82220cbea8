/**
 * Two benches for plans that wait for nobody, on fleets of very unequal speeds whose slowest device takes about a second
 * for five steps of ten examples. Transfers take no time.
 *
 * The quadratic one has ten clients whose optimum is known for any weighting, each of which is asked to count the same. All
 * have the same curvatures, so that local steps do not move the optimum: a model that comes to rest elsewhere was weighted
 * otherwise. The other one is softmax regression on ten Gaussian classes, which twenty clients hold very unequally.
 *
 * @module
 */
import { data, partition } from "@potluck/data";
import { fleet, loss, model, type Scenario } from "@potluck/scenario";
import type { Metric } from "./experiment.ts";
import { IDEAL_LINKS } from "./fleets.ts";
import { clientAccuracy } from "./metrics.ts";

/** The seeds that results are reported for. */
export const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6];
/** The seed that arms are tuned on. */
export const TUNING_SEEDS: readonly number[] = [101];
/** Clients with quadratic losses. */
export const QUADRATIC_CLIENTS = 10;
/** Clients with images of Gaussian classes. */
export const GAUSSIAN_CLIENTS = 20;
/** Five steps of ten examples. */
export const FIVE_STEPS = { steps: 5, batchSize: 10 } as const;

const QUADRATIC_FLOPS = 2205;
const GAUSSIAN_FLOPS = 70_004;

/** How unequal the times of tasks are. */
interface Times {
  /** By how much of the slowest device's time the fastest takes less. */
  readonly spread?: number;
  /** Standard deviation of the logarithm of a task's time around its device's; 0 by default. */
  readonly computeNoise?: number;
}

/** Devices whose times for five steps fall from a second to 1 − `spread` seconds. */
function devices({ spread = 0, computeNoise = 0 }: Times, flopsPerSecond: number): ReturnType<typeof fleet.linear> {
  return fleet.linear({ ...IDEAL_LINKS, spread, computeNoise, flopsPerSecond: 1.001 * flopsPerSecond });
}

/** What a scenario of a bench may change. */
type Changes = Pick<Scenario, "plan"> & Partial<Scenario> & Times;

/** A scenario with quadratic clients, but for what `changes` says; F-80 unless it says otherwise. */
export function quadratics({ spread = 0.8, computeNoise = 0, ...changes }: Changes): Scenario {
  return {
    name: "quadratics",
    model: model.linear({ intercept: "none" }),
    loss: loss.meanSquaredError(),
    data: data.quadratics({
      clients: QUADRATIC_CLIENTS,
      dimensions: 10,
      curvatures: "shared",
      smallestCurvature: 0.3,
    }),
    partition: partition.byKey({ clients: QUADRATIC_CLIENTS, testShare: 0 }),
    fleet: devices({ spread, computeNoise }, QUADRATIC_FLOPS),
    objective: "per-client",
    ...changes,
  };
}

/** A scenario with Gaussian classes and label skew, but for what `changes` says; F-95 unless it says otherwise. */
export function gaussians({ spread = 0.95, computeNoise = 0, ...changes }: Changes): Scenario {
  return {
    name: "gaussians",
    model: model.mlp({ hidden: [] }),
    data: data.gaussians({ classes: 10, features: 32, spread: 0.4, examplesPerClass: 120, testExamplesPerClass: 100 }),
    partition: partition.dirichlet({ clients: GAUSSIAN_CLIENTS, alpha: 0.1 }),
    fleet: devices({ spread, computeNoise }, GAUSSIAN_FLOPS),
    objective: "per-client",
    ...changes,
  };
}

/** Held-out accuracy of the last model on the class that it knows worst. */
export const worstClass: Metric = {
  name: "accuracy on the worst class",
  better: "higher",
  digits: 3,
  of: ({ scorecard }) => Math.min(...scorecard.starvation.accuracyPerClass.map((accuracy) => accuracy ?? Number.NaN)),
};

/** Held-out accuracy of the last model for the slowest third of the clients, each on examples of its own. */
export const slowClients: Metric = clientAccuracy("accuracy for the slow third of the clients", (clients) =>
  clients.filter(({ tier }) => tier === "slow"),
);
