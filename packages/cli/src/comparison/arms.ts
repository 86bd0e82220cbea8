/**
 * Arms: the sides of a comparison, each run on the same seeds.
 *
 * @module
 */
import type { Measurement } from "@potluck/simulator";
import type { RunOutcome } from "../output/run-outcome.ts";

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

/** Where all runs can be compared: the smallest end of any of them. */
export interface CommonEnds {
  readonly virtualSeconds: number;
  /** Encoded bytes, up and down together. */
  readonly bytes: number;
}

/** The seeds of the arms, in order. */
export function seedsOf([{ runs }]: Arms): readonly number[] {
  return runs.map(({ seed }) => seed);
}

/** The smallest common ends of arms. */
export function commonEnds(arms: Arms): CommonEnds {
  const outcomes = arms.flatMap(({ runs }) => runs.map(({ outcome }) => outcome));
  return {
    virtualSeconds: Math.min(...outcomes.map(({ virtualSeconds }) => virtualSeconds)),
    bytes: Math.min(...outcomes.map(({ scorecard: { bottleneck } }) => bottleneck.bytesUp + bottleneck.bytesDown)),
  };
}

/** Encoded bytes up to a measurement, both ways. */
export function bytesAt({ bytesUp, bytesDown }: Measurement): number {
  return bytesUp + bytesDown;
}

/** The last measurement whose `place` is at or before `end`; nothing is interpolated. Null before the first. */
export function lastBefore(
  { measurements }: RunOutcome,
  place: (measurement: Measurement) => number,
  end: number,
): Measurement | null {
  return measurements.findLast((measurement) => place(measurement) <= end) ?? null;
}

/** A setting in which arms differ, with its value in each of them; null where an arm has no such setting. */
export interface Contrast {
  readonly setting: string;
  readonly values: readonly (string | null)[];
}

/** What arms differ in. */
export function contrasts(arms: Arms): readonly Contrast[] {
  const described = arms.map(({ runs: [{ outcome }] }) => settingsOf(outcome));
  const names = [...new Set(described.flatMap((settings) => [...settings.keys()]))];
  return names
    .map((setting) => ({ setting, values: described.map((settings) => settings.get(setting) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** All that was chosen for a run, by name: "solver", "solver learningRate", "versions". */
function settingsOf({ parts, settings }: RunOutcome): ReadonlyMap<string, string> {
  const ofParts = parts.flatMap(({ room, name, options }) => [
    [room, name] as const,
    ...Object.entries(options).map(([option, value]) => [`${room} ${option}`, JSON.stringify(value)] as const),
  ]);
  return new Map([...ofParts, ...Object.entries(settings).map(([name, value]) => [name, String(value)] as const)]);
}

/** The rooms of what a seed decides before the first event: where they agree, runs of a seed begin alike. */
const SHARED = ["model", "data", "partition", "fleet"] as const;

/** What arms of the same seed do not share, of first model, data, partition and fleet; nothing where they are paired. */
function unshared(arms: Arms): readonly string[] {
  return SHARED.filter((room) => {
    const described = arms.map(({ runs: [{ outcome }] }) =>
      JSON.stringify(outcome.parts.filter((part) => part.room === room)),
    );
    return new Set(described).size > 1;
  });
}

/** What the arms have in common for each seed, in a sentence. */
export function pairingSentence(arms: Arms): string {
  const different = unshared(arms);
  if (different.length === 0) return "For each seed all arms share data, partition, fleet and first model.";
  return `Arms of the same seed differ in ${different.join(" and ")}: what they share beyond the seed is only the rest.`;
}

/** A title is longer than this only if it has to be. */
const TITLE_LENGTH = 60;

/** The names of the arms; of many, how many there are and of what. */
export function titleOf(arms: Arms): string {
  const names = arms.map(({ name }) => name).join(", ");
  if (names.length <= TITLE_LENGTH) return names;
  const scenarios = new Set(arms.map(({ runs: [{ outcome }] }) => outcome.scenario));
  return `${arms.length} arms of ${[...scenarios].join(", ")}`;
}
