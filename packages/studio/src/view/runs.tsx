/**
 * The list of runs.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Run } from "../api/answers.ts";
import type { Session } from "../state/session.ts";
import { seenIn } from "../state/watched.ts";
import { watchRuns } from "../state/watch-runs.ts";
import { bytes, count, duration, percent } from "../words/format.ts";
import { Notice, StateWord } from "./notice.tsx";
import { useWatch } from "./use-watch.ts";

interface Column {
  readonly name: string;
  /** What is sorted by. */
  readonly of: (run: Run) => number | string;
  readonly text: (run: Run) => string;
}

const COLUMNS: readonly Column[] = [
  { name: "accuracy", of: ({ accuracy }) => accuracy ?? -1, text: ({ accuracy }) => percent(accuracy) },
  { name: "versions", of: ({ version }) => version, text: ({ version }) => count(version) },
  {
    name: "clients",
    of: ({ clients }) => clients.known,
    text: ({ clients }) => `${count(clients.available)} of ${count(clients.known)}`,
  },
  { name: "time", of: ({ seconds }) => seconds, text: ({ seconds }) => duration(seconds) },
  { name: "bytes", of: (run) => run.bytesUp + run.bytesDown, text: (run) => bytes(run.bytesUp + run.bytesDown) },
];

const ORDERS: Readonly<Record<string, (run: Run) => number | string>> = {
  newest: ({ created }) => created,
  ...Object.fromEntries(COLUMNS.map(({ name, of }) => [name, of])),
  name: ({ name }) => name,
};

/** The view of all runs. */
export function Runs({ session }: { readonly session: Session }): JSX.Element {
  const watched = useWatch((stop) => watchRuns(session, stop)).value;
  const wanted = useSignal("");
  const order = useSignal("newest");
  const runs = seenIn(watched);
  const shown = runs === null ? [] : sorted(matching(runs, wanted.value), order.value);
  return (
    <>
      <h1>Runs</h1>
      <Notice watched={watched} />
      {runs?.length === 0 && (
        <p class="empty">
          There are no runs yet. One begins with <code>npx potluck serve plan.json</code>.
        </p>
      )}
      {runs !== null && runs.length > 0 && (
        <>
          <div class="controls">
            <label>
              Filter{" "}
              <input
                type="search"
                placeholder="name or state"
                onInput={(event) => (wanted.value = event.currentTarget.value)}
              />
            </label>
            <label>
              Sort by{" "}
              <select value={order.value} onChange={(event) => (order.value = event.currentTarget.value)}>
                {Object.keys(ORDERS).map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          </div>
          <ul class="runs">
            {shown.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </ul>
          {shown.length === 0 && <p class="empty">No run is called so.</p>}
        </>
      )}
    </>
  );
}

function RunRow({ run }: { readonly run: Run }): JSX.Element {
  return (
    <li>
      <a href={`#/run/${encodeURIComponent(run.id)}`}>{run.name}</a>
      <StateWord state={run.state} />
      <dl>
        {COLUMNS.map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text(run)}</dd>
          </div>
        ))}
      </dl>
      {run.ended !== null && <p class="muted">{run.ended}</p>}
    </li>
  );
}

function matching(runs: readonly Run[], wanted: string): readonly Run[] {
  const text = wanted.trim().toLowerCase();
  return runs.filter(({ name, state, ended }) => `${name} ${state} ${ended ?? ""}`.toLowerCase().includes(text));
}

/** By name from a to z, by everything else the largest first. */
function sorted(runs: readonly Run[], order: string): readonly Run[] {
  const of = ORDERS[order] ?? (({ created }: Run): number => created);
  return runs.toSorted((one, other) => compare(of(one), of(other)));
}

function compare(one: number | string, other: number | string): number {
  return typeof one === "string" ? one.localeCompare(String(other)) : Number(other) - one;
}
