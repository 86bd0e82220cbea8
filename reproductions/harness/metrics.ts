/**
 * The metrics that several experiments read off a result.
 *
 * @module
 */
import type { ClientResult, Measurement, RunResult } from "@potluck/scenario";
import type { Metric } from "./experiment.ts";

/** Held-out accuracy of the last model, in [0, 1]. */
export const finalAccuracy: Metric = {
  name: "final test accuracy",
  better: "higher",
  digits: 4,
  of: ({ measurements }) => measurements.at(-1)?.testAccuracy ?? Number.NaN,
};

/** Held-out loss of the last model. */
export const finalLoss: Metric = {
  name: "final test loss",
  better: "lower",
  digits: 4,
  of: ({ measurements }) => measurements.at(-1)?.testLoss ?? Number.NaN,
};

/** Mean held-out accuracy of the last `count` measured models: steadier than that of the last one. */
export function lateAccuracy(count: number): Metric {
  return {
    name: `test accuracy, mean of the last ${count} measurements`,
    better: "higher",
    digits: 4,
    of: (result) => mean(last(result, count).map(accuracyOf)),
  };
}

/** Mean held-out loss of the last `count` measured models. */
export function lateLoss(count: number): Metric {
  return {
    name: `test loss, mean of the last ${count} measurements`,
    better: "lower",
    digits: 4,
    of: (result) => mean(last(result, count).map(({ testLoss }) => testLoss)),
  };
}

/** Standard deviation of the held-out accuracy over the last `count` measured models of one run: its unrest. */
export function unrest(count: number): Metric {
  return {
    name: `unrest: deviation of the test accuracy over the last ${count} measurements`,
    better: "lower",
    digits: 4,
    of: (result) => deviation(last(result, count).map(accuracyOf)),
  };
}

/** Versions until held-out accuracy first reaches `target`; infinite when it never does. */
export function roundsTo(target: number): Metric {
  return {
    name: `rounds to a test accuracy of ${target}`,
    better: "lower",
    digits: 1,
    of: ({ measurements }) => measurements.find((one) => accuracyOf(one) >= target)?.version ?? Infinity,
  };
}

/** Virtual seconds until held-out accuracy first reaches `target`; infinite when it never does. */
export function secondsTo(target: number): Metric {
  return {
    name: `virtual seconds to a test accuracy of ${target}`,
    better: "lower",
    digits: 1,
    of: ({ measurements }) => measurements.find((one) => accuracyOf(one) >= target)?.virtualSeconds ?? Infinity,
  };
}

/** Virtual seconds of one round, on average over the run. */
export const secondsPerRound: Metric = {
  name: "virtual seconds per round",
  better: "lower",
  digits: 2,
  of: ({ virtualSeconds, versions }) => virtualSeconds / versions,
};

/** How far the clients' shares in the model are from their shares of the examples: 0 is in line. */
export const contributionGap: Metric = {
  name: "contribution gap",
  better: "lower",
  digits: 3,
  of: ({ scorecard }) => scorecard.unfairShare.contributionGap ?? Number.NaN,
};

/** Jain's index of how often each client was used; 1 is equal. */
export const participationFairness: Metric = {
  name: "participation fairness",
  better: "higher",
  digits: 3,
  of: ({ scorecard }) => scorecard.starvation.participationFairness ?? Number.NaN,
};

/** Share of all pull that went to the wrong clients, in [0, 1]. */
export const biasOfObjective: Metric = {
  name: "bias of the effective objective",
  better: "lower",
  digits: 3,
  of: ({ effectiveObjective }) => effectiveObjective.bias ?? Number.NaN,
};

/** Distance of the last model from the optimum of the weighting that was asked for; none where that is not known. */
export const distanceToAsked: Metric = {
  name: "distance to the optimum that was asked for",
  better: "lower",
  digits: 4,
  of: ({ optimum }) => optimum?.toAsked ?? Number.NaN,
};

/** The same, averaged over the last ten measured models. */
export const lateDistanceToAsked: Metric = {
  name: "distance to the optimum asked for, mean of the last 10 measurements",
  better: "lower",
  digits: 4,
  of: (result) => mean(last(result, 10).map(({ distanceToOptimum }) => distanceToOptimum ?? Number.NaN)),
};

/** Distance of the last model from the optimum of the weighting that was realised; none where that is not known. */
export const distanceToRealised: Metric = {
  name: "distance of the last model to the optimum of the realised weighting",
  better: "lower",
  digits: 4,
  of: ({ optimum }) => optimum?.toRealised ?? Number.NaN,
};

/** Accuracy on their own held-out examples, averaged over the clients that `chosen` picks, each counting the same. */
export function clientAccuracy(
  name: string,
  chosen: (clients: readonly ClientResult[]) => readonly ClientResult[],
): Metric {
  return {
    name,
    better: "higher",
    digits: 4,
    of: ({ clients }) =>
      mean(
        chosen(clients)
          .map(({ testAccuracy }) => testAccuracy)
          .filter((accuracy) => accuracy !== null),
      ),
  };
}

/** Held-out accuracy in [0, 1]; NaN where the loss has none. */
function accuracyOf({ testAccuracy }: Measurement): number {
  return testAccuracy ?? Number.NaN;
}

/** The mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** The standard deviation of a sample; 0 of a single value, NaN of nothing. */
export function deviation(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const centre = mean(values);
  const squares = values.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

function last({ measurements }: RunResult, count: number): readonly Measurement[] {
  return measurements.slice(-count);
}
