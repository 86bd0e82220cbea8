/**
 * What is fetched once and does not change.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import { afterProblem, backOff, pause, type Watched } from "./watched.ts";

/** Fetches, and tries on while the coordinator is away, until it is told to stop. */
export function fetchOnce<T>(fetch: () => Promise<T>, stop: AbortSignal): Signal<Watched<T>> {
  const watched = signal<Watched<T>>({ kind: "loading" });
  const attempt = async (): Promise<void> => {
    for (let attempts = 1; !stop.aborted; attempts++) {
      try {
        watched.value = { kind: "live", value: await fetch() };
        return;
      } catch (error) {
        watched.value = afterProblem(watched.value, error);
        if (watched.value.kind === "failed") return;
      }
      await pause(backOff(attempts), stop);
    }
  };
  void attempt();
  return watched;
}
