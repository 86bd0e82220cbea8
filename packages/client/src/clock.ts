/**
 * Time and chance as a client has them: passed in, so that tests have their own.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";

/** Time that never jumps. */
export interface Clock {
  /** Seconds since some instant. */
  readonly now: () => Seconds;
  /** Calls `act` after so long; what is returned takes that back. */
  readonly after: (seconds: Seconds, act: () => void) => () => void;
}

/** The clock of this machine. */
export const realClock: Clock = {
  now: () => performance.now() / 1000,
  after: (seconds, act) => {
    const timer = setTimeout(act, 1000 * seconds);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so long, or as soon as `signal` is aborted. */
export async function pass(clock: Clock, seconds: Seconds, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(seconds, end);
    signal.addEventListener("abort", end);
  });
}
