/**
 * The list of runs, asked for every other second.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import type { Run } from "../api/answers.ts";
import type { Session } from "./session.ts";
import { afterProblem, backOff, pause, type Watched } from "./watched.ts";

const EVERY_MILLISECONDS = 2000;

/** Watches until it is told to stop. */
export function watchRuns({ api, note }: Session, stop: AbortSignal): Signal<Watched<readonly Run[]>> {
  const watched = signal<Watched<readonly Run[]>>({ kind: "loading" });
  const watch = async (): Promise<void> => {
    for (let attempts = 0; !stop.aborted;) {
      try {
        watched.value = { kind: "live", value: await api.runs() };
        attempts = 0;
      } catch (error) {
        watched.value = afterProblem(watched.value, error);
        note(error);
        if (watched.value.kind === "failed") return;
        attempts += 1;
      }
      await pause(attempts === 0 ? EVERY_MILLISECONDS : backOff(attempts), stop);
    }
  };
  void watch();
  return watched;
}
