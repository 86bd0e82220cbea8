/**
 * The list of runs: found, sorted, chosen to be compared, taken away and deleted.
 *
 * @module
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Run, WhoAnswer } from "../../api/answers.ts";
import { compareHash } from "../../state/compare-route.ts";
import type { Session } from "../../state/session.ts";
import { seenIn } from "../../state/watched.ts";
import { watchRuns } from "../../state/watch-runs.ts";
import { Notice } from "../notice.tsx";
import { useTitle } from "../use-title.ts";
import { useWatch } from "../use-watch.ts";
import { matching, orders, sorted } from "./columns.ts";
import { Deletion } from "./deletion.tsx";
import { RunsTable } from "./runs-table.tsx";

/** Who looks. */
export interface RunsProps {
  readonly session: Session;
  readonly role: WhoAnswer["role"];
}

/** The view of all runs. */
export function Runs({ session, role }: RunsProps): JSX.Element {
  useTitle("Runs");
  const watched = useWatch((stop) => watchRuns(session, stop)).value;
  const wanted = useSignal("");
  const order = useSignal("newest");
  const chosen = useSignal<readonly string[]>([]);
  const deleted = useSignal<readonly string[]>([]);
  const doomed = useSignal<Run | null>(null);
  const problem = useSignal<string | null>(null);
  const runs = seenIn(watched)?.filter(({ id }) => !deleted.value.includes(id)) ?? null;
  const shown = sorted(matching(runs ?? [], wanted.value), order.value);
  const attempt = async (deed: () => Promise<void>): Promise<void> => {
    problem.value = null;
    try {
      await deed();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
      session.note(error);
    }
  };
  const remove = async ({ id }: Run): Promise<void> => {
    await session.api.remove(id);
    deleted.value = [...deleted.value, id];
    chosen.value = chosen.value.filter((one) => one !== id);
  };
  return (
    <>
      <h1>Runs</h1>
      <Notice watched={watched} />
      {problem.value !== null && (
        <p class="alert" role="alert">
          {problem.value}
        </p>
      )}
      {runs?.length === 0 && <Nothing />}
      {runs !== null && runs.length > 0 && (
        <>
          <Controls wanted={wanted} order={order} />
          <RunsTable runs={shown} order={order} chosen={chosen} desk={{ api: session.api, role, doomed, attempt }} />
          {shown.length === 0 && <p class="empty">No run is like that.</p>}
          <Chosen chosen={chosen} />
        </>
      )}
      <Deletion doomed={doomed} onDelete={(run) => void attempt(async () => remove(run))} />
    </>
  );
}

function Nothing(): JSX.Element {
  return (
    <div class="nothing">
      <p>There are no runs yet.</p>
      <p class="muted">
        One begins with <code>npx potluck simulate plan.json</code>, or with <code>npx potluck serve plan.json</code>{" "}
        for devices that join.
      </p>
    </div>
  );
}

interface ControlsProps {
  readonly wanted: Signal<string>;
  readonly order: Signal<string>;
}

function Controls({ wanted, order }: ControlsProps): JSX.Element {
  return (
    <div class="controls">
      <label>
        Filter{" "}
        <input
          type="search"
          placeholder="name, plan, fleet, state"
          onInput={(event) => (wanted.value = event.currentTarget.value)}
        />
      </label>
      <label>
        Sort by{" "}
        <select value={order.value} onChange={(event) => (order.value = event.currentTarget.value)}>
          {Object.keys(orders).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** What can be done with the runs that are chosen. */
function Chosen({ chosen }: { readonly chosen: Signal<readonly string[]> }): JSX.Element {
  const { length } = chosen.value;
  const hint = length === 0 ? "Choose two to eight runs to compare them." : `${length} chosen; a comparison needs two.`;
  return (
    <div class="chosen" role="status">
      {length < 2 && <span class="muted">{hint}</span>}
      {length >= 2 && (
        <a class="deed" href={compareHash({ words: chosen.value, at: "time" })}>
          Compare {length} runs
        </a>
      )}
      {length > 0 && (
        <button type="button" onClick={() => (chosen.value = [])}>
          Choose none
        </button>
      )}
    </div>
  );
}
