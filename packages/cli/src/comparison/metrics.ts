/**
 * The numbers that arms are compared by.
 *
 * @module
 */
import type { Enemy } from "@potluck/core";
import { reachesTarget } from "@potluck/simulator";
import type { RunOutcome } from "../output/run-outcome.ts";
import { bytesAt, type CommonEnds, lastBefore } from "./arms.ts";

/** A number that is read off a run. */
export interface Metric {
  /** How it is called on the command line and in JSON. */
  readonly key: string;
  readonly name: string;
  /** "share" is shown in percent, "seconds" (virtual), "bytes"; of any other unit the number alone. */
  readonly unit: "share" | "seconds" | "bytes" | "clients" | "versions" | "";
  readonly better: "higher" | "lower";
  /** The enemy that the number is a score of. */
  readonly enemy: Enemy | null;
  /** Null where the run has no such number. */
  readonly of: (outcome: RunOutcome, ends: CommonEnds) => number | null;
}

type Reading = Pick<Metric, "key" | "name" | "unit" | "better" | "of">;

/** Held-out accuracy and loss at three moments. */
const atTime: readonly Reading[] = [
  {
    ...shareUp("accuracy-at-equal-time", "accuracy"),
    of: (outcome, { virtualSeconds }) =>
      lastBefore(outcome, (measurement) => measurement.virtualSeconds, virtualSeconds)?.testAccuracy ?? null,
  },
  {
    ...plainDown("loss-at-equal-time", "loss"),
    of: (outcome, { virtualSeconds }) =>
      lastBefore(outcome, (measurement) => measurement.virtualSeconds, virtualSeconds)?.testLoss ?? null,
  },
];

const atBytes: readonly Reading[] = [
  {
    ...shareUp("accuracy-at-equal-bytes", "accuracy"),
    of: (outcome, { bytes }) => lastBefore(outcome, bytesAt, bytes)?.testAccuracy ?? null,
  },
  {
    ...plainDown("loss-at-equal-bytes", "loss"),
    of: (outcome, { bytes }) => lastBefore(outcome, bytesAt, bytes)?.testLoss ?? null,
  },
];

const atEnd: readonly Reading[] = [
  { ...shareUp("accuracy", "accuracy"), of: (outcome) => last(outcome)?.testAccuracy ?? null },
  { ...plainDown("loss", "loss"), of: (outcome) => last(outcome)?.testLoss ?? null },
];

/** The moments at which models are compared, each with what is read then. */
export const moments: Readonly<Record<"time" | "bytes" | "end", readonly Metric[]>> = {
  time: atTime.map(plain),
  bytes: atBytes.map(plain),
  end: atEnd.map(plain),
};

const starvation: readonly Reading[] = [
  {
    ...down("clients-never-used", "clients never used", "clients"),
    of: ({ scorecard }) => scorecard.starvation.clientsNeverUsed,
  },
  {
    ...plainDown("participation-fairness", "participation fairness"),
    better: "higher",
    of: ({ scorecard }) => scorecard.starvation.participationFairness,
  },
  {
    ...shareUp("worst-tenth", "worst tenth of clients"),
    of: ({ scorecard }) => scorecard.starvation.worstDecileAccuracy,
  },
];

const delay: readonly Reading[] = [
  {
    ...down("time-to-target", "time to target", "seconds"),
    of: ({ scorecard }) => scorecard.delay.secondsToTarget,
  },
  {
    ...down("staleness", "staleness, 95 of 100", "versions"),
    of: ({ scorecard }) => scorecard.delay.stalenessP95,
  },
  { ...down("idle-time", "idle time", "share"), of: ({ scorecard }) => scorecard.delay.idleShare },
];

const unfairShare: readonly Reading[] = [
  {
    ...down("contribution-gap", "contribution gap", "share"),
    of: ({ scorecard, versions }) => (versions === 0 ? null : scorecard.unfairShare.contributionGap),
  },
  { ...down("wasted-work", "wasted work", "share"), of: ({ scorecard }) => scorecard.unfairShare.wastedWorkShare },
  {
    ...down("accuracy-spread", "accuracy spread", "share"),
    of: ({ scorecard }) => scorecard.unfairShare.clientAccuracySpread,
  },
];

/** Kept apart from the readings that every run has. */
const objectiveBias: Reading = {
  ...down("objective-bias", "objective bias", "share"),
  of: ({ effectiveObjective, versions }) => (versions === 0 ? null : effectiveObjective.bias),
};

const bottleneck: readonly Reading[] = [
  {
    ...down("bytes-to-target", "bytes to target", "bytes"),
    of: ({ measurements, targetAccuracy, targetLoss }) => {
      const target = targetAccuracy === null ? { ...(targetLoss !== undefined && { targetLoss }) } : { targetAccuracy };
      const reached = measurements.find((measurement) => reachesTarget(measurement, target));
      return reached === undefined ? null : bytesAt(reached);
    },
  },
  { ...down("bytes-up", "sent by clients", "bytes"), of: ({ scorecard }) => scorecard.bottleneck.bytesUp },
  { ...down("bytes-down", "sent to clients", "bytes"), of: ({ scorecard }) => scorecard.bottleneck.bytesDown },
];

/** The scores of the four enemies. */
export const scoreMetrics: readonly Metric[] = [
  ...starvation.map((reading) => ({ ...reading, enemy: "starvation" }) as const),
  ...delay.map((reading) => ({ ...reading, enemy: "delay" }) as const),
  ...[...unfairShare, objectiveBias].map((reading) => ({ ...reading, enemy: "unfair share" }) as const),
  ...bottleneck.map((reading) => ({ ...reading, enemy: "bottleneck" }) as const),
];

/** All numbers that arms are compared by. */
export const metrics: readonly Metric[] = [...moments.time, ...moments.bytes, ...moments.end, ...scoreMetrics];

function plain(reading: Reading): Metric {
  return { ...reading, enemy: null };
}

function shareUp(key: string, name: string): Omit<Reading, "of"> {
  return { key, name, unit: "share", better: "higher" };
}

function plainDown(key: string, name: string): Omit<Reading, "of"> {
  return down(key, name, "");
}

function down(key: string, name: string, unit: Metric["unit"]): Omit<Reading, "of"> {
  return { key, name, unit, better: "lower" };
}

/** The measurement of the last model, if it could be measured. */
function last({ measurements, versions }: RunOutcome): RunOutcome["measurements"][number] | undefined {
  return measurements.find(({ version }) => version === versions);
}
