/**
 * What arms are warned of: each warning once, with the arms that it is for.
 *
 * @module
 */
import type { Warning } from "@potluck/core";
import type { Arms } from "./arms.ts";

/** An arm, and what it is warned of. */
export interface WarnedArm {
  readonly name: string;
  readonly warnings: readonly Warning[];
}

/** A warning of some arms. */
export interface ArmsWarning extends Warning {
  /** The names of the arms. */
  readonly arms: readonly string[];
}

/** The most arms that are named with a warning. */
const ARMS_NAMED_LIMIT = 4;

/** Every warning of the arms once, in the order in which they come up. */
export function warningsByArm(arms: readonly WarnedArm[]): readonly ArmsWarning[] {
  const all = arms.flatMap(({ name, warnings }) => warnings.map((warning) => ({ name, warning })));
  return [...Map.groupBy(all, ({ warning }) => warning.sentence).values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ warning }) => ({ ...warning, arms: [...new Set(alike.map(({ name }) => name))] })),
  );
}

/** What arms that have been run were warned of. */
export function warningsOfArms(arms: Arms): readonly ArmsWarning[] {
  return warningsByArm(arms.map(({ name, runs }) => ({ name, warnings: runs[0].outcome.warnings ?? [] })));
}

/** For which of `count` arms a warning is, to stand behind "warning": nothing where it is for all of them. */
export function forArms({ arms }: ArmsWarning, count: number): string {
  if (arms.length === count) return "";
  const more = arms.length - ARMS_NAMED_LIMIT;
  const named = arms.slice(0, ARMS_NAMED_LIMIT).join("; ");
  return ` (${named}${more > 0 ? `; and ${more} more` : ""})`;
}
