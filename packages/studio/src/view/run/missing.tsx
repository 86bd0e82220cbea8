/**
 * What stands in place of what is not known of a run: of one that goes on in another process, or that broke off.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Run } from "../../api/answers.ts";

/** Why something is not known of a run that is not hosted here, as the end of a sentence. */
export function whyMissing({ state }: Run): string {
  return state === "ended"
    ? "is not known: the run broke off and left no result."
    : "is not known until the run ends: it goes on in another process.";
}

interface MissingProps {
  readonly id: string;
  readonly title: string;
  readonly children: string;
}

/** A section of which nothing is known. */
export function Missing({ id, title, children }: MissingProps): JSX.Element {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="empty">{children}</p>
    </section>
  );
}

/** Why a log has nothing in it. */
export function emptyLog({ state, isHosted }: Run): string {
  if (state === "ended") return "What happened was not kept.";
  return isHosted ? "Nothing has happened yet." : "Nothing that happened was written down yet.";
}
