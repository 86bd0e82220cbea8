/**
 * The feed of a run: what there is to see of it, and then what has changed, line by line. All feeds of a run share its looks.
 *
 * @module
 */
import { type LookedAt, looksAt, type LooksAtRun, type LooksOptions } from "./run-looks.ts";

/** How a feed goes on. */
export interface FeedOptions {
  /** So many looks are waited for at most. */
  readonly lines: number;
  /** Whether who reads may read on; asked before each line. */
  readonly isAllowed: () => boolean;
  /** Whether it is time to end: what is there now is told still. */
  readonly isLeaving?: () => boolean;
  /** Hears that the end of the run was told. */
  readonly onEnded?: () => void;
}

/** A look that was under way when it was time to end may be of before: the one after it is not. */
const LAST_LOOKS = 2;

/** The feeds of runs. */
export interface Feeds {
  /** Lines of JSON until the run has ended, or so many looks were waited for. Ends as well where the run is not there any more. */
  readonly of: (run: string, options: FeedOptions) => AsyncGenerator<string>;
}

interface Watched {
  readonly looks: LooksAtRun;
  readers: number;
}

/** The feeds of the runs of a view. What is known of a run is forgotten with its last reader. */
export function feedsOf(view: LookedAt, options: LooksOptions): Feeds {
  const watched = new Map<string, Watched>();
  return {
    of: async function* of(run, { lines, isAllowed, isLeaving, onEnded }) {
      const own = watched.get(run) ?? { looks: looksAt(view, run, options), readers: 0 };
      watched.set(run, own);
      own.readers += 1;
      try {
        for (let [told, line, left] = [0, 0, LAST_LOOKS]; line < lines && left > 0; line++) {
          if (isLeaving?.() === true) left -= 1;
          const seen = await own.looks.after(told);
          if (seen === null || !isAllowed()) return;
          const text = seen.since(told);
          told = seen.number;
          if (text !== null) yield text;
          if (!seen.hasEnded) continue;
          onEnded?.();
          return;
        }
      } finally {
        own.readers -= 1;
        if (own.readers === 0) watched.delete(run);
      }
    },
  };
}
