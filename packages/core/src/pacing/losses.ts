/**
 * Losses in a row: a plan whose tasks all come to nothing gives up, instead of asking for ever.
 *
 * @module
 */
import type { Decision, Moment, Scene } from "./pacing.ts";

/** How many tasks have come to nothing since the last update was admitted. */
export interface Losses {
  lostInARow: number;
}

/** A plan gives up after this many losses in a row for each client that is known. */
const MAX_LOST_PER_CLIENT = 100;

/** Nothing was lost yet. */
export function noLosses(): Losses {
  return { lostInARow: 0 };
}

/** Counts what was lost. The decision to give up once that is too much, else null. */
export function noteLosses(losses: Losses, moment: Moment, { fleet }: Scene): Decision | null {
  if (moment.kind === "collected") losses.lostInARow = 0;
  if (moment.kind !== "lost") return null;
  losses.lostInARow += 1;
  if (losses.lostInARow < MAX_LOST_PER_CLIENT * fleet.population) return null;
  return { kind: "give-up", reason: `${losses.lostInARow} tasks in a row came to nothing` };
}
