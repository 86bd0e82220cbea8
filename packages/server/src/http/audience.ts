/**
 * Those who watch runs. A coordinator that closes lets them see the end of what they watch, and waits for nobody where nobody watches.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";

/** Those who watch. */
export interface Audience {
  /** Aborted once it is time to leave: what is there is told at once, and nothing more is waited for. */
  readonly leaving: AbortSignal;
  /** Somebody reads; gives what is to be called when they read no more. */
  readonly enter: () => () => void;
  /** Somebody has seen the end of a run, and will ask for its history. */
  readonly noteEnd: () => void;
  /** Somebody has asked for a history. */
  readonly noteFollowUp: () => void;
  /** Tells all that it is time to leave. Resolves when they have, or after a few seconds. */
  readonly seenOff: () => Promise<void>;
}

/** Who has seen the end of a run and asks for no more within this time will not. */
const FOLLOW_UP_SECONDS = 4;

/** Whoever takes longer is not waited for. */
const LONGEST_SECONDS = 8;

const LOOK_MILLISECONDS = 20;

/** Nobody so far. `steady` are seconds that never jump. */
export function audienceBy(steady: () => Seconds): Audience {
  const leaving = new AbortController();
  // Each feed listens.
  setMaxListeners(0, leaving.signal);
  let [readers, expected, expectedUntil] = [0, 0, 0];
  return {
    leaving: leaving.signal,
    enter: () => {
      let isReading = true;
      readers += 1;
      return () => {
        if (isReading) readers -= 1;
        isReading = false;
      };
    },
    noteEnd: () => {
      expected += 1;
      expectedUntil = steady() + FOLLOW_UP_SECONDS;
    },
    noteFollowUp: () => {
      expected = Math.max(0, expected - 1);
    },
    seenOff: async () => {
      leaving.abort();
      const latest = steady() + LONGEST_SECONDS;
      const isSomebodyThere = (): boolean => readers > 0 || (expected > 0 && steady() < expectedUntil);
      while (isSomebodyThere() && steady() < latest) await setTimeout(LOOK_MILLISECONDS);
    },
  };
}
