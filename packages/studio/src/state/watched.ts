/**
 * What is watched: it is asked for again and again, and outlives a coordinator that is away for a while.
 *
 * @module
 */
import { ApiProblem } from "../api/api.ts";

/** How far a watch has come. While the coordinator is away, what was seen last stays; `why` where it is there, and does not listen. */
export type Watched<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "live"; readonly value: T }
  | { readonly kind: "reconnecting"; readonly value: T | null; readonly why?: string }
  | { readonly kind: "failed"; readonly problem: string };

/** What there is to see, if anything. */
export function seenIn<T>(watched: Watched<T>): T | null {
  return watched.kind === "live" || watched.kind === "reconnecting" ? watched.value : null;
}

/** What a watch has come to after a problem. */
export function afterProblem<T>(watched: Watched<T>, problem: unknown): Watched<T> {
  if (problem instanceof ApiProblem && problem.kind === "offline") {
    return { kind: "reconnecting", value: seenIn(watched) };
  }
  if (problem instanceof ApiProblem && problem.kind === "busy") {
    return { kind: "reconnecting", value: seenIn(watched), why: problem.message };
  }
  return { kind: "failed", problem: problem instanceof Error ? problem.message : String(problem) };
}

const FIRST_MILLISECONDS = 500;
const LONGEST_MILLISECONDS = 8000;

/** How long to wait after so many attempts in vain. */
export function backOff(attempts: number): number {
  return Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** attempts);
}

/** Waits, or less where nobody wants it any more. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
