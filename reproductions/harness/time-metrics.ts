/**
 * Metrics of plans that are compared at equal virtual time, or at equal numbers of updates.
 *
 * @module
 */
import type { Measurement, RunResult } from "@potluck/scenario";
import type { Metric } from "./experiment.ts";
import { biasOfObjective, deviation, mean } from "./metrics.ts";

/** Mean held-out loss over the last `share` of the virtual time, in (0, 1]. Of a run that diverged or stalled: none. */
export function lateLossInTime(share: number): Metric {
  return {
    name: `test loss, mean over the last ${percent(share)} of the time`,
    better: "lower",
    digits: 4,
    of: (result) => mean(lateLosses(result, share)),
  };
}

/** Mean held-out accuracy over the last `share` of the virtual time, in (0, 1]. Of a run that diverged or stalled: none. */
export function lateAccuracyInTime(share: number): Metric {
  return {
    name: `test accuracy, mean over the last ${percent(share)} of the time`,
    better: "higher",
    digits: 4,
    of: (result) => mean(late(result, share).map(({ testAccuracy }) => testAccuracy ?? Number.NaN)),
  };
}

/** Standard deviation of the held-out loss over the last `share` of the virtual time of one run: its unrest. */
export function lossUnrest(share: number): Metric {
  return {
    name: `unrest: deviation of the test loss over the last ${percent(share)} of the time`,
    better: "lower",
    digits: 4,
    of: (result) => deviation(lateLosses(result, share)),
  };
}

/** Virtual seconds until held-out loss is first at most `target`; infinite when it never is. */
export function secondsToLoss(target: number): Metric {
  return {
    name: `virtual seconds to a test loss of ${target}`,
    better: "lower",
    digits: 2,
    of: ({ measurements }) => measurements.find(({ testLoss }) => testLoss <= target)?.virtualSeconds ?? Infinity,
  };
}

/** Updates of clients in the first model with a held-out accuracy of at least `target`; infinite when there is none. */
export function updatesTo(target: number): Metric {
  return {
    name: `client updates to a test accuracy of ${target}`,
    better: "lower",
    digits: 0,
    of: ({ measurements }) =>
      measurements.find(({ testAccuracy }) => (testAccuracy ?? 0) >= target)?.updatesUsed ?? Infinity,
  };
}

/** Held-out loss of the first model that was measured with `updates` updates of clients in it, or more. */
export function lossAtUpdates(updates: number): Metric {
  return {
    name: `test loss after ${updates} client updates`,
    better: "lower",
    digits: 4,
    of: ({ measurements }) => measurements.find((one) => one.updatesUsed >= updates)?.testLoss ?? Number.NaN,
  };
}

/** Models that were sent to clients up to the first with a held-out accuracy of at least `target`: all work, wasted too. */
export function tasksTo(target: number): Metric {
  return {
    name: `tasks given to clients up to a test accuracy of ${target}`,
    better: "lower",
    digits: 0,
    of: ({ measurements, params }) => {
      const reached = measurements.find(({ testAccuracy }) => (testAccuracy ?? 0) >= target);
      return reached === undefined ? Infinity : reached.bytesDown / params.byteLength;
    },
  };
}

/** Updates of clients that were used in the whole run. */
export const updatesUsed: Metric = {
  name: "client updates used",
  better: "higher",
  digits: 0,
  of: ({ measurements }) => measurements.at(-1)?.updatesUsed ?? Number.NaN,
};

/** {@link biasOfObjective} by the name that it has in what was measured of pacings. */
export const objectiveBias: Metric = {
  ...biasOfObjective,
  name: "bias of the objective: share of all weight that went to the wrong clients",
};

/** Share of the clients' time in which they had no task, in [0, 1]. */
export const idleShare: Metric = {
  name: "share of the time in which clients wait",
  better: "lower",
  digits: 3,
  of: ({ scorecard }) => scorecard.delay.idleShare,
};

/** What was measured in the last `share` of the virtual time; nothing of a run that did not come to its end. */
function late({ measurements, status, virtualSeconds }: RunResult, share: number): readonly Measurement[] {
  if (status !== "finished") return [];
  const from = (1 - share) * virtualSeconds;
  return measurements.filter((measurement) => measurement.virtualSeconds >= from);
}

function lateLosses(result: RunResult, share: number): readonly number[] {
  return late(result, share).map(({ testLoss }) => testLoss);
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
