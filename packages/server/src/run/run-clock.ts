/**
 * The clock of a run: seconds since it was started, which never run backwards, whatever becomes of the machine's clock.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";

/** What tells the time. */
export interface HostClock {
  /** Seconds since 1970, which may jump. */
  readonly wall: () => Seconds;
  /** Seconds that never jump, from whenever. */
  readonly steady: () => Seconds;
  /** Calls back after so many seconds; the function that it returns takes that back. */
  readonly after: (seconds: Seconds, callback: () => void) => () => void;
}

/** What timers of Node can wait for at most: 24 days. */
const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** The clocks of this process. */
export const realHostClock: HostClock = {
  wall: () => Date.now() / 1000,
  steady: () => performance.now() / 1000,
  after: (seconds, callback) => {
    const timer = setTimeout(callback, Math.min(MAX_TIMER_MILLISECONDS, Math.max(0, seconds) * 1000));
    return () => clearTimeout(timer);
  },
};

/**
 * The clock of a run that was started at `started` on the wall clock, of whose entries the last is of the instant `last`. Within a
 * process it follows the steady clock; between one process and the next the wall clock, as far as that does not go back.
 */
export function runClock(clock: HostClock, started: Seconds, last: Seconds): () => Seconds {
  const offset = Math.max(last, clock.wall() - started) - clock.steady();
  return () => offset + clock.steady();
}
