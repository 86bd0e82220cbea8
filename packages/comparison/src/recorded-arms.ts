/**
 * Arms from the store: which of its runs are the seeds of one arm.
 *
 * @module
 */
import type { RunOutcome } from "@potluck/scenario";
import { Fault } from "@potluck/core";
import { type Arm, type ArmRun, type Arms, distinct } from "./arms.ts";

/** A run that may be one of an arm. */
export interface RecordedRun {
  readonly id: string;
  /** The name of its scenario. */
  readonly scenario: string;
  readonly seed: number;
  /** The experiment that it is one of, and its arm there; null for a run of its own. */
  readonly experiment: string | null;
  readonly arm: string | null;
  /** A text that is the same for runs of the same scenario, and for no others. */
  readonly kin: string;
}

/** Why a run of the store cannot be compared. */
export interface Unusable {
  readonly why: string;
}

/** A run that is not compared. */
export interface LeftOut extends Unusable {
  readonly run: string;
  readonly arm: string;
  readonly seed: number;
}

/** What runs of the store are as a comparison. */
export interface RecordedArms {
  readonly arms: Arms;
  /** In the order of the arms. */
  readonly leftOut: readonly LeftOut[];
  /** Arms that are not compared, since none of their runs can be. */
  readonly lostArms: readonly string[];
}

/** An arm that may have too few runs, or none. */
interface Candidate {
  readonly name: string;
  readonly read: readonly { readonly run: RecordedRun; readonly reading: RunOutcome | Unusable }[];
  readonly bySeed: ReadonlyMap<number, ArmRun>;
}

/**
 * The arms of runs, in the order of the runs, on the seeds that all of them have: runs of the same scenario are one arm, and
 * the later one counts of two with the same seed. A run that cannot be used is left out, and keeps the place of its arm
 * nevertheless. Throws Fault "run-missing" if the arms have no seed in common.
 */
export function recordedArms<R extends RecordedRun>(
  runs: readonly R[],
  readingOf: (run: R) => RunOutcome | Unusable,
): RecordedArms {
  const candidates = candidatesOf(runs, readingOf);
  const usable = candidates.filter(({ bySeed }) => bySeed.size > 0);
  const seeds = [...new Set(runs.map(({ seed }) => seed))]
    .filter((seed) => usable.every(({ bySeed }) => bySeed.has(seed)))
    .sort((a, b) => a - b);
  const arms = usable.flatMap(({ name, bySeed }): readonly Arm[] => {
    const [first, ...others] = seeds.flatMap((seed) => bySeed.get(seed) ?? []);
    return first === undefined ? [] : [{ name, runs: [first, ...others] }];
  });
  const leftOut = candidates.flatMap((candidate) => leftOutOf(candidate, seeds));
  const [first, ...others] = arms;
  if (first === undefined) throw nothingInCommon(usable, leftOut);
  const lostArms = candidates.filter(({ bySeed }) => bySeed.size === 0).map(({ name }) => name);
  return { arms: [first, ...others], leftOut, lostArms };
}

function candidatesOf<R extends RecordedRun>(
  runs: readonly R[],
  readingOf: (run: R) => RunOutcome | Unusable,
): readonly Candidate[] {
  const groups = [...Map.groupBy(runs, ({ kin }) => kin).values()].flatMap(apart);
  const names = distinct(groups.flatMap((group) => group.slice(0, 1).map(nameOf)));
  return groups.map((group, at) => {
    const read = group.map((run) => ({ run, reading: readingOf(run) }));
    const kept = read.flatMap(({ run: { id, seed }, reading }): readonly ArmRun[] =>
      "why" in reading ? [] : [{ run: id, seed, outcome: reading }],
    );
    return { name: names[at] ?? "", read, bySeed: new Map(kept.map((run) => [run.seed, run])) };
  });
}

/** The runs of an arm that are not compared on `seeds`. One that is lost is not missed where another has its place. */
function leftOutOf({ name, read, bySeed }: Candidate, seeds: readonly number[]): readonly LeftOut[] {
  return read.flatMap(({ run: { id, seed }, reading }) => {
    const kept = bySeed.get(seed);
    const because = (why: string): readonly LeftOut[] => [{ run: id, arm: name, seed, why }];
    if ("why" in reading) return kept === undefined ? because(reading.why) : [];
    if (kept?.run !== id) return because("a later run of its arm has its seed");
    return seeds.includes(seed) ? [] : because(`not all arms have seed ${seed}`);
  });
}

function nothingInCommon(usable: readonly Candidate[], leftOut: readonly LeftOut[]): Fault {
  const had = usable.map(({ name, bySeed }) => `${name} has ${[...bySeed.keys()].join(", ")}`);
  const lost = leftOut.filter(({ arm, seed }) => !usable.some(({ name, bySeed }) => name === arm && bySeed.has(seed)));
  const parts = [...had, ...lost.map(({ why }) => why)].join("; ");
  return new Fault("run-missing", `the arms have no seed in common: ${parts}`, "Run them on the same seeds.");
}

/** A scenario that was given to one comparison twice is two arms there. */
function apart<R extends RecordedRun>(group: readonly R[]): readonly (readonly R[])[] {
  const armsIn = [...Map.groupBy(group, ({ experiment }) => experiment)].map(
    ([experiment, own]) => experiment !== null && new Set(own.map(({ arm }) => arm)).size > 1,
  );
  return armsIn.includes(true) ? [...Map.groupBy(group, nameOf).values()] : [group];
}

function nameOf({ arm, scenario }: RecordedRun): string {
  return arm ?? scenario;
}
