/**
 * What stands in place of what is not there to see, or beside what may be old.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Watched } from "../state/watched.ts";

/** Says how a watch stands, unless all is well. */
export function Notice<T>({ watched }: { readonly watched: Watched<T> }): JSX.Element | null {
  switch (watched.kind) {
    case "loading":
      return <p role="status">Loading …</p>;
    case "live":
      return null;
    case "reconnecting":
      return (
        <p class="alert" role="status">
          The coordinator does not answer. {watched.value !== null && "What is shown is as it was last. "}This page
          keeps trying.
        </p>
      );
    case "failed":
      return (
        <p class="alert" role="alert">
          {watched.problem}
        </p>
      );
  }
}

/** The state of a run as a word with a dot. */
export function StateWord({ state }: { readonly state: string }): JSX.Element {
  return <span class={`state ${state}`}>{state}</span>;
}
