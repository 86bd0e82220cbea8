/**
 * Arms: the sides of a comparison, each run on the same seeds.
 *
 * @module
 */
import type { Measurement, Target, RunOutcome } from "@potluck/scenario";
import { smallest } from "./extremes.ts";
import { hasAccuracy } from "./held-out.ts";

/** A run of an arm. */
export interface ArmRun {
  /** Its id in the store. */
  readonly run: string;
  readonly seed: number;
  readonly outcome: RunOutcome;
}

/** One side of a comparison. */
export interface Arm {
  readonly name: string;
  /** One for each seed, in the order of the seeds, which all arms share. */
  readonly runs: readonly [ArmRun, ...(readonly ArmRun[])];
}

/** Arms on the same seeds; the first one is what the others are measured against. */
export type Arms = readonly [Arm, ...(readonly Arm[])];

/** Where runs can be compared: the smallest end of any that used an update, or of all where none did. */
export interface CommonEnds {
  readonly virtualSeconds: number;
  /** Encoded bytes, up and down together. */
  readonly bytes: number;
  /** Updates of clients that went into a model. */
  readonly updates: number;
  /** What all runs were to reach; null where they had no target, or not the same one. */
  readonly target: Target | null;
}

/** The seeds of the arms, in order. */
export function seedsOf([{ runs }]: Arms): readonly number[] {
  return runs.map(({ seed }) => seed);
}

/** All runs of all arms. */
export function outcomesOf(arms: Arms): readonly RunOutcome[] {
  return arms.flatMap(({ runs }) => runs.map(({ outcome }) => outcome));
}

/** The smallest common ends of arms. A run that heard nobody has come nowhere, and does not hold up the others. */
export function commonEnds(arms: Arms): CommonEnds {
  const all = outcomesOf(arms);
  const heard = all.filter(hasHeard);
  const outcomes = heard.length === 0 ? all : heard;
  const targets = new Map(all.map((outcome) => [targetKeyOf(outcome), targetOf(outcome)]));
  const [target = null] = targets.values();
  return {
    virtualSeconds: smallest(outcomes.map(({ virtualSeconds }) => virtualSeconds)),
    bytes: smallest(outcomes.map(({ scorecard: { bottleneck } }) => bottleneck.bytesUp + bottleneck.bytesDown)),
    updates: smallest(outcomes.map(updatesOf)),
    target: targets.size === 1 ? target : null,
  };
}

/**
 * What runs were trained for, each kind once: losses of different kinds, or of one with different options, do not measure
 * the same thing.
 */
export function lossKinds(arms: Arms): readonly string[] {
  return [...new Set(outcomesOf(arms).map(lossKindOf))];
}

/** Whether the losses of all arms define an accuracy, or none does: an arm that cannot have one is not behind by it. */
export function agreeOnAccuracy(arms: Arms): boolean {
  const measured = outcomesOf(arms).filter(({ measurements }) => measurements.length > 0);
  return new Set(measured.map(hasAccuracy)).size <= 1;
}

function lossKindOf({ parts }: RunOutcome): string {
  return JSON.stringify(parts.filter(({ room }) => room === "loss"));
}

/** What a run was to reach, in a text that is another one wherever it is not the same. */
function targetKeyOf(outcome: RunOutcome): string {
  const target = targetOf(outcome);
  return JSON.stringify(outcome.targetLoss === undefined ? target : [target, lossKindOf(outcome)]);
}

function targetOf({ targetAccuracy, targetLoss }: RunOutcome): Target | null {
  if (targetAccuracy !== null) return { targetAccuracy };
  return targetLoss === undefined ? null : { targetLoss };
}

/** Updates that went into the models of a run. */
export function updatesOf({ clients }: RunOutcome): number {
  return clients.reduce((sum, { timesUsed }) => sum + timesUsed, 0);
}

/** Whether a run has published a model of its own, of one update at least. */
export function hasHeard(outcome: RunOutcome): boolean {
  return outcome.versions > 0 && updatesOf(outcome) > 0;
}

/** Encoded bytes up to a measurement, both ways. */
export function bytesAt({ bytesUp, bytesDown }: Measurement): number {
  return bytesUp + bytesDown;
}

/** `names`, with a number behind each that an earlier one has: "plan", "plan-2". */
export function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let twin = 2; taken.has(own); twin++) own = `${name}-${twin}`;
    taken.add(own);
    return own;
  });
}

/** A title is longer than this only if it has to be. */
const TITLE_LENGTH = 60;

/** The names of the arms; of many, how many there are and of what. */
export function titleOf(arms: Arms): string {
  const names = arms.map(({ name }) => name).join(", ");
  if (names.length <= TITLE_LENGTH) return names;
  const scenarios = new Set(outcomesOf(arms).map(({ scenario }) => scenario));
  return `${arms.length} arms of ${[...scenarios].join(", ")}`;
}
