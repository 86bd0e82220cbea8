/**
 * Whether whoever served a run is still there, once it has ended: nothing else is asked for then.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import { ApiProblem } from "../api/api.ts";
import type { Session } from "./session.ts";
import { pause } from "./watched.ts";

const EVERY_MILLISECONDS = 2000;

/** Asks now and then, until it is told to stop. */
export function watchPresence({ api }: Session, stop: AbortSignal): Signal<boolean> {
  const isThere = signal(true);
  const watch = async (): Promise<void> => {
    while (!stop.aborted) {
      await pause(EVERY_MILLISECONDS, stop);
      if (!stop.aborted) isThere.value = await answers(api);
    }
  };
  void watch();
  return isThere;
}

/** Whoever refuses is there. */
async function answers(api: Session["api"]): Promise<boolean> {
  try {
    await api.whoAmI();
    return true;
  } catch (error) {
    return !(error instanceof ApiProblem && error.kind === "offline");
  }
}
