/**
 * A comparison, made once, and again while the coordinator is away.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import { type ComparedRuns, compareRuns } from "./compare-runs.ts";
import type { Session } from "./session.ts";
import { afterProblem, backOff, pause, type Watched } from "./watched.ts";

/** Compares what some words name; tries again until that has gone well or badly, or until it is told to stop. */
export function watchComparison(
  { api, note }: Session,
  words: readonly string[],
  stop: AbortSignal,
): Signal<Watched<ComparedRuns>> {
  const watched = signal<Watched<ComparedRuns>>({ kind: "loading" });
  const watch = async (): Promise<void> => {
    for (let attempts = 1; !stop.aborted; attempts++) {
      try {
        watched.value = { kind: "live", value: await compareRuns(api, words) };
        return;
      } catch (error) {
        watched.value = afterProblem(watched.value, error);
        note(error);
        if (watched.value.kind === "failed") return;
      }
      await pause(backOff(attempts), stop);
    }
  };
  void watch();
  return watched;
}
