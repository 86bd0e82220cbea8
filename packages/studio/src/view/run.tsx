/**
 * A run, live or ended.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Run, WhoAnswer } from "../api/answers.ts";
import type { Session } from "../state/session.ts";
import { seenIn } from "../state/watched.ts";
import { type RunStory, watchRun } from "../state/watch-run.ts";
import { bytes, count, decimal, duration, percent } from "../words/format.ts";
import { Curves } from "./curves.tsx";
import { Deeds } from "./deeds.tsx";
import { Fleet } from "./fleet.tsx";
import { Notice, StateWord } from "./notice.tsx";
import { Refusals } from "./refusals.tsx";
import { Scores } from "./scores.tsx";
import { useWatch } from "./use-watch.ts";

/** Which run, and who looks. */
export interface RunViewProps {
  readonly session: Session;
  readonly run: string;
  readonly role: WhoAnswer["role"];
}

/** The view of a run. */
export function RunView({ session, run, role }: RunViewProps): JSX.Element {
  const watched = useWatch((stop) => watchRun(session, run, stop)).value;
  const story = seenIn(watched);
  return (
    <>
      <p class="back">
        <a href="#/runs">All runs</a>
      </p>
      {story === null && <h1>Run</h1>}
      <Notice watched={watched} />
      {story !== null && <Story story={story} />}
      {story !== null && role !== "viewer" && <Deeds api={session.api} run={story.run} onProblem={session.note} />}
    </>
  );
}

function Story({ story }: { readonly story: RunStory }): JSX.Element {
  const { run, clients, measurements, refusals, scorecard } = story;
  return (
    <>
      <h1>
        {run.name} <StateWord state={run.state} />
      </h1>
      <p class="muted">{aboutOf(run)}</p>
      <Numbers run={run} />
      <Curves measurements={measurements} />
      <Fleet clients={clients} now={run.seconds} isEnded={run.state === "ended"} />
      <Scores scorecard={scorecard} />
      <Refusals refusals={refusals} run={run} />
    </>
  );
}

function aboutOf({ state, ended, clients, seed }: Run): string {
  if (state === "waiting") {
    return `It begins once enough clients are there; ${count(clients.available)} are. Seed ${seed}.`;
  }
  return `${ended === null ? "It goes on." : `It has ended: ${ended}.`} Seed ${seed}.`;
}

function Numbers({ run }: { readonly run: Run }): JSX.Element {
  const { updates, clients } = run;
  const refused = Object.values(updates.invalid).reduce((sum, own) => sum + own, 0);
  const rows = [
    ["accuracy", percent(run.accuracy), "accuracy"],
    ["loss", decimal(run.loss), "loss"],
    ["version", count(run.version), "version"],
    ["time", duration(run.seconds), "seconds"],
    ["clients", `${count(clients.available)} of ${count(clients.known)}`, "clients"],
    ["at work", count(run.openTasks), "openTasks"],
    ["updates taken", count(updates.accepted), "updates.accepted"],
    ["late, refused", `${count(updates.late)}, ${count(refused)}`, "updates.late"],
    ["sent up", bytes(run.bytesUp), "bytesUp"],
    ["sent down", bytes(run.bytesDown), "bytesDown"],
  ] as const;
  return (
    <dl class="numbers">
      {rows.map(([name, value, field]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-field={field}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
