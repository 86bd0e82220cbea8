/**
 * How long to wait before something that failed is tried again.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";

/** The first pause, and the longest. */
const FIRST_PAUSE: Seconds = 0.5;
const LONGEST_PAUSE: Seconds = 30;

/**
 * The pause after so many failures in a row, ≥ 1: twice as long after each, and between half of that and all of it as `drawn` in [0, 1) has
 * it, so that those who lost the same coordinator do not come back all at once.
 */
export function pauseAfter(failures: number, drawn: number): Seconds {
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures - 1, 10));
  return pause * (0.5 + 0.5 * drawn);
}
