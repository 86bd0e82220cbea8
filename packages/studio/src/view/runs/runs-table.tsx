/**
 * Runs in a table; where the screen is narrow each is a card.
 *
 * @module
 */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Run, WhoAnswer } from "../../api/answers.ts";
import type { Api } from "../../api/api.ts";
import { compareHash } from "../../state/compare-route.ts";
import { StateWord } from "../notice.tsx";
import { columns } from "./columns.ts";
import { RunMenu } from "./run-menu.tsx";

/** What is done with runs, and by whom. */
export interface RunsDesk {
  readonly api: Api;
  readonly role: WhoAnswer["role"];
  /** The run that may be deleted, once that is confirmed. */
  readonly doomed: Signal<Run | null>;
  /** Does something, and shows what goes wrong. */
  readonly attempt: (deed: () => Promise<void>) => Promise<void>;
}

/** The runs in their order, and those that are chosen. */
export interface RunsTableProps {
  readonly runs: readonly Run[];
  readonly order: Signal<string>;
  readonly chosen: Signal<readonly string[]>;
  readonly desk: RunsDesk;
}

/** So many runs can be told apart in a comparison. */
const MOST_CHOSEN = 8;

/** The table. */
export function RunsTable({ runs, order, chosen, desk }: RunsTableProps): JSX.Element {
  return (
    <table class="runs" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            <span class="unseen">chosen</span>
          </th>
          <Heading name="name" order={order} />
          <th scope="col" role="columnheader">
            state
          </th>
          {columns.map(({ name }) => (
            <Heading key={name} name={name} order={order} />
          ))}
          <th scope="col" role="columnheader">
            <span class="unseen">what can be done</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {runs.map((run) => (
          <Row key={run.id} run={run} chosen={chosen} desk={desk} />
        ))}
      </tbody>
    </table>
  );
}

interface HeadingProps {
  readonly name: string;
  readonly order: Signal<string>;
}

function Heading({ name, order }: HeadingProps): JSX.Element {
  const isOrder = order.value === name;
  const direction = name === "name" ? "ascending" : "descending";
  return (
    <th scope="col" role="columnheader" aria-sort={isOrder ? direction : "none"} class={name === "name" ? "" : "number"}>
      <button type="button" class="plain" onClick={() => (order.value = isOrder ? "newest" : name)}>
        {name}
      </button>
    </th>
  );
}

interface RowProps {
  readonly run: Run;
  readonly chosen: Signal<readonly string[]>;
  readonly desk: RunsDesk;
}

function Row({ run, chosen, desk }: RowProps): JSX.Element {
  const isChosen = chosen.value.includes(run.id);
  const choose = (): void => {
    chosen.value = isChosen ? chosen.value.filter((one) => one !== run.id) : [...chosen.value, run.id];
  };
  return (
    <tr role="row" data-run={run.id} class={isChosen ? "is-chosen" : ""}>
      <td role="cell" class="choice">
        <input
          type="checkbox"
          aria-label={`Choose ${run.name}, seed ${run.seed}`}
          checked={isChosen}
          disabled={!isChosen && chosen.value.length >= MOST_CHOSEN}
          onChange={choose}
        />
      </td>
      <th role="rowheader" scope="row" class="about">
        <a href={`#/run/${encodeURIComponent(run.id)}`}>{run.name}</a> <span class="muted">seed {run.seed}</span>
        <About run={run} />
      </th>
      <td role="cell" class="state-cell">
        <StateWord state={run.state} />
      </td>
      {columns.map(({ name, field, text }) => (
        <td key={name} role="cell" class="number" data-label={name} data-field={field}>
          {text(run)}
        </td>
      ))}
      <td role="cell" class="menu-cell">
        <RunMenu run={run} desk={desk} />
      </td>
    </tr>
  );
}

function About({ run: { plan, fleet, ended, experiments } }: { readonly run: Run }): JSX.Element {
  return (
    <dl class="muted">
      <div>
        <dt>plan</dt>
        <dd data-field="plan">{plan}</dd>
      </div>
      <div>
        <dt>fleet</dt>
        <dd data-field="fleet">{fleet}</dd>
      </div>
      {experiments.map(({ experiment, arm }) => (
        <div key={`${experiment} ${arm}`}>
          <dt>arm</dt>
          <dd>
            {arm} of <a href={compareHash({ words: [experiment], at: "time" })}>{experiment}</a>
          </dd>
        </div>
      ))}
      {ended !== null && (
        <div>
          <dt>end</dt>
          <dd data-field="ended">{ended}</dd>
        </div>
      )}
    </dl>
  );
}
