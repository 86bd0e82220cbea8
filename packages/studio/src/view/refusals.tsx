/**
 * The answers that were refused last.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Refusal, Run } from "../api/answers.ts";
import { count, duration } from "../words/format.ts";

const WORDS: Readonly<Record<Refusal["refusal"], string>> = {
  late: "too late",
  abandoned: "round without quorum",
  invalid: "breaks a rule",
};

const KINDS = ["late", "abandoned", "invalid"] as const;

/** The section of refusals. */
export function Refusals({ refusals, run }: { readonly refusals: readonly Refusal[]; readonly run: Run }): JSX.Element {
  const kind = useSignal("all");
  const shown = refusals.filter(({ refusal }) => kind.value === "all" || refusal === kind.value);
  const { late, abandoned, invalid } = run.updates;
  const all = late + abandoned + Object.values(invalid).reduce((sum, own) => sum + own, 0);
  return (
    <section aria-labelledby="refusals">
      <h2 id="refusals">Answers that were refused</h2>
      {all === 0 && <p class="empty">None so far.</p>}
      {all > 0 && (
        <>
          <p>
            {count(all)} in all; the last {count(refusals.length)} stand below.
          </p>
          <div class="controls">
            <label>
              Show{" "}
              <select value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value)}>
                <option>all</option>
                {KINDS.map((name) => (
                  <option key={name} value={name}>
                    {WORDS[name]}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <ol class="events">
            {shown.map(({ at, client, task, refusal, detail }) => (
              <li key={`${at}-${task}`}>
                <time>{duration(at)}</time> client {client}, {WORDS[refusal]}
                {detail === "" ? "" : `: ${detail}`}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
