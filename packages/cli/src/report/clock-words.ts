/**
 * Which clock the times of a run are of, in words.
 *
 * @module
 */
import type { RunResult } from "@potluck/scenario";

/** A run, as far as its clock is concerned. */
export type Clocked = Pick<RunResult, "clock">;

/** "virtual" or "wall". */
export function clockWord({ clock }: Clocked): string {
  return clock ?? "virtual";
}

/** The time of the run: "virtual time"; of a live run, "wall time". */
export function runTime(run: Clocked): string {
  return `${clockWord(run)} time`;
}

/** The time that was spent on it all: "wall time"; of a live run, what its start took is in it, too. */
export function wholeTime({ clock }: Clocked): string {
  return clock === "wall" ? "with its start" : "wall time";
}
