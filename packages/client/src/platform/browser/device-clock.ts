/**
 * The clock of a page that may be hidden.
 *
 * @module
 */
import type { DeviceClock } from "../platform.ts";
import type { TimerRequest } from "./timer-worker.ts";

/** One worker keeps time for the whole page. */
interface Timekeeper {
  readonly ask: (request: TimerRequest) => void;
  readonly waiting: Map<number, () => void>;
}

let keeper: Timekeeper | null = null;
let last = 0;

/** Waits as long as it should, also while the page is hidden. */
export const deviceClock: DeviceClock = () => {
  const { ask, waiting } = (keeper ??= timekeeper());
  return {
    now: () => performance.now() / 1000,
    after: (seconds, act) => {
      const id = ++last;
      waiting.set(id, act);
      ask({ kind: "after", id, milliseconds: 1000 * seconds });
      return () => {
        if (waiting.delete(id)) ask({ kind: "cancel", id });
      };
    },
  };
};

function timekeeper(): Timekeeper {
  const worker = new Worker(new URL("./timer-worker.ts", import.meta.url), { type: "module", name: "potluck timers" });
  const waiting = new Map<number, () => void>();
  worker.addEventListener("message", ({ data: id }: MessageEvent<number>) => {
    const act = waiting.get(id);
    waiting.delete(id);
    act?.();
  });
  return { waiting, ask: (request) => worker.postMessage(request, []) };
}
