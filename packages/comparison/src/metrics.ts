/**
 * The numbers that arms are compared by.
 *
 * @module
 */
import type { Enemy } from "@potluck/core";
import { type Measurement, reachesTarget, type RunOutcome } from "@potluck/scenario";
import { agreeOnAccuracy, type Arms, bytesAt, type CommonEnds, hasHeard, lossKinds, outcomesOf } from "./arms.ts";
import { type CommonMoment, type MetricValue, modelAt, sumAt } from "./common-moment.ts";

/** When a number is read off a run: at a common end of all runs, at the end of each, or when it reaches the target. */
export type Moment = "time" | "bytes" | "updates" | "end" | "target";

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
  readonly moment: Moment;
  /** Whether it means something for these arms; always unless given. */
  readonly concerns?: (arms: Arms, ends: CommonEnds) => boolean;
  /** Whether it measures the same thing in all of these arms; always unless given. */
  readonly isComparable?: (arms: Arms) => boolean;
  readonly of: (outcome: RunOutcome, ends: CommonEnds) => MetricValue;
}

/** A number without what all others of its kind have in common with it. */
type Reading = Omit<Metric, "moment" | "enemy">;

/** Held-out accuracy and loss at three moments. */
const atTime: readonly Reading[] = [
  {
    ...heldOutAccuracy("accuracy-at-equal-time"),
    of: (outcome, ends) => modelAt(outcome, timeOf(ends), ({ testAccuracy }) => testAccuracy),
  },
  {
    ...heldOutLoss("loss-at-equal-time"),
    of: (outcome, ends) => modelAt(outcome, timeOf(ends), ({ testLoss }) => testLoss),
  },
];

const atBytes: readonly Reading[] = [
  {
    ...heldOutAccuracy("accuracy-at-equal-bytes"),
    of: (outcome, ends) => modelAt(outcome, sizeOf(ends), ({ testAccuracy }) => testAccuracy),
  },
  {
    ...heldOutLoss("loss-at-equal-bytes"),
    of: (outcome, ends) => modelAt(outcome, sizeOf(ends), ({ testLoss }) => testLoss),
  },
];

const atEnd: readonly Reading[] = [
  { ...heldOutAccuracy("accuracy"), of: (outcome) => last(outcome)?.testAccuracy ?? null },
  { ...heldOutLoss("loss"), of: (outcome) => last(outcome)?.testLoss ?? null },
];

/** The moments at which models are compared, each with what is read then. */
export const moments: Readonly<Record<"time" | "bytes" | "end", readonly Metric[]>> = {
  time: atTime.map((reading) => ({ ...reading, enemy: null, moment: "time" })),
  bytes: atBytes.map((reading) => ({ ...reading, enemy: null, moment: "bytes" })),
  end: atEnd.map((reading) => ({ ...reading, enemy: null, moment: "end" })),
};

const starvation: readonly Metric[] = [
  atUpdates(
    "starvation",
    down("clients-never-used", "clients never used", "clients"),
    ({ scores }) => scores.clientsNeverUsed,
  ),
  atUpdates(
    "starvation",
    { ...plainDown("participation-fairness", "participation fairness"), better: "higher" },
    ({ scores }) => scores.participationFairness,
  ),
  {
    ...shareUp("worst-tenth", "worst tenth of clients"),
    isComparable: agreeOnAccuracy,
    enemy: "starvation",
    moment: "end",
    of: ({ scorecard }) => scorecard.starvation.worstDecileAccuracy,
  },
];

/** When a run first reached the target. */
export const timeToTarget: Metric = {
  ...down("time-to-target", "time to target", "seconds"),
  enemy: "delay",
  moment: "target",
  concerns: haveTarget,
  of: (outcome, ends) => reaching(outcome, ends)?.virtualSeconds ?? null,
};

/** With how many updates a run first reached the target: the price at a glance, and no score. */
export const updatesToTarget: Metric = {
  ...plainDown("updates-to-target", "updates to target"),
  enemy: null,
  moment: "target",
  concerns: haveTarget,
  of: (outcome, ends) => reaching(outcome, ends)?.updatesUsed ?? null,
};

const delay: readonly Metric[] = [
  timeToTarget,
  atUpdates("delay", down("staleness", "staleness, 95 of 100", "versions"), ({ scores }) => scores.stalenessP95),
  atUpdates("delay", down("idle-time", "idle time", "share"), ({ scores }) => scores.idleShare),
];

const wastedWork = atUpdates(
  "unfair share",
  down("wasted-work", "wasted work", "share"),
  ({ scores }) => scores.wastedWorkShare,
);

/** Of a run that heard nobody the wasted work is that of its end: it has wasted all. */
const unfairShare: readonly Metric[] = [
  atUpdates(
    "unfair share",
    down("contribution-gap", "contribution gap", "share"),
    ({ scores }) => scores.contributionGap,
  ),
  {
    ...atUpdates(
      "unfair share",
      down("objective-bias", "objective bias", "share"),
      ({ scores }) => scores.objectiveBias,
    ),
    concerns: biasIsNoGap,
  },
  {
    ...wastedWork,
    of: (outcome, ends) =>
      hasHeard(outcome) ? wastedWork.of(outcome, ends) : outcome.scorecard.unfairShare.wastedWorkShare,
  },
  {
    ...down("accuracy-spread", "accuracy spread", "share"),
    isComparable: agreeOnAccuracy,
    enemy: "unfair share",
    moment: "end",
    of: ({ scorecard }) => scorecard.unfairShare.clientAccuracySpread,
  },
];

const bottleneck: readonly Metric[] = [
  {
    ...down("bytes-to-target", "bytes to target", "bytes"),
    enemy: "bottleneck",
    moment: "target",
    concerns: haveTarget,
    of: (outcome, ends) => {
      const reached = reaching(outcome, ends);
      return reached === undefined ? null : bytesAt(reached);
    },
  },
  atUpdates("bottleneck", down("bytes-up", "sent by clients", "bytes"), ({ bytesUp }) => bytesUp),
  atUpdates("bottleneck", down("bytes-down", "sent to clients", "bytes"), ({ bytesDown }) => bytesDown),
];

/** The scores of the four enemies. */
export const scoreMetrics: readonly Metric[] = [...starvation, ...delay, ...unfairShare, ...bottleneck];

/** All numbers that arms are compared by. */
export const metrics: readonly Metric[] = [...moments.time, ...moments.bytes, ...moments.end, ...scoreMetrics];

/**
 * A score that grows or shrinks with every update that is used, by chance alone: it is read where all runs have used as
 * many updates as the run that used fewest. A run that heard nobody has none.
 */
function atUpdates(
  enemy: Enemy,
  reading: Omit<Reading, "of">,
  of: (measurement: Measurement) => number | null,
): Metric {
  return {
    ...reading,
    enemy,
    moment: "updates",
    of: (outcome, { updates }) =>
      hasHeard(outcome) ? sumAt(outcome, { place: ({ updatesUsed }) => updatesUsed, end: updates }, of) : null,
  };
}

function timeOf({ virtualSeconds }: CommonEnds): CommonMoment {
  return { place: (measurement) => measurement.virtualSeconds, end: virtualSeconds };
}

function sizeOf({ bytes }: CommonEnds): CommonMoment {
  return { place: bytesAt, end: bytes };
}

/** Whether all runs were to reach the same. */
function haveTarget(_: Arms, { target }: CommonEnds): boolean {
  return target !== null;
}

/** Whether objective bias is another number than the contribution gap: else it would be judged twice. */
function biasIsNoGap(arms: Arms): boolean {
  return outcomesOf(arms).some(({ effectiveObjective, scorecard }) => {
    const apart = (effectiveObjective.bias ?? 0) - (scorecard.unfairShare.contributionGap ?? 0);
    return Math.abs(apart) > ROUNDING;
  });
}

/** Two shares that are no farther apart are one. */
const ROUNDING = 1e-9;

/** The first measurement at which the target was reached; undefined if it never was. */
function reaching({ measurements }: RunOutcome, { target }: CommonEnds): Measurement | undefined {
  return measurements.find((measurement) => reachesTarget(measurement, target ?? {}));
}

function shareUp(key: string, name: string): Omit<Reading, "of"> {
  return { key, name, unit: "share", better: "higher" };
}

function heldOutAccuracy(key: string): Omit<Reading, "of"> {
  return { ...shareUp(key, "accuracy"), isComparable: agreeOnAccuracy };
}

/** A held-out loss, which is a common measure only of runs that were trained for the same. */
function heldOutLoss(key: string): Omit<Reading, "of"> {
  return { ...plainDown(key, "loss"), isComparable: (arms) => lossKinds(arms).length === 1 };
}

function plainDown(key: string, name: string): Omit<Reading, "of"> {
  return down(key, name, "");
}

function down(key: string, name: string, unit: Metric["unit"]): Omit<Reading, "of"> {
  return { key, name, unit, better: "lower" };
}

/** The measurement of the last model, if it could be measured. */
function last({ measurements, versions }: RunOutcome): Measurement | undefined {
  return measurements.find(({ version }) => version === versions);
}
