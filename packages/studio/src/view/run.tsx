/**
 * A run, live or ended.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Client, Run, WhoAnswer } from "../api/answers.ts";
import { type Loaded, loadHistory, MOST_ROWS } from "../state/load-history.ts";
import { replayOf, storyAt } from "../state/replay.ts";
import type { Session } from "../state/session.ts";
import { seenIn } from "../state/watched.ts";
import { watchPresence } from "../state/watch-presence.ts";
import { type RunStory, watchRun } from "../state/watch-run.ts";
import { count } from "../words/format.ts";
import { Curves } from "./curves.tsx";
import { Deeds, SendAway } from "./deeds.tsx";
import { Fleet } from "./fleet.tsx";
import { Numbers } from "./run/numbers.tsx";
import { Notice, StateWord } from "./notice.tsx";
import { CodedTasks } from "./run/coded-tasks.tsx";
import { Distributions } from "./run/distributions.tsx";
import { EventLog } from "./run/event-log.tsx";
import { emptyLog, Missing, whyMissing } from "./run/missing.tsx";
import { Objective } from "./run/objective.tsx";
import { Player } from "./run/player.tsx";
import { Traffic } from "./run/traffic.tsx";
import { Scores } from "./scores.tsx";
import { useTitle } from "./use-title.ts";
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
  useTitle(story === null ? "Run" : `${story.run.name}, ${story.run.state}`);
  const mayDo = role !== "viewer";
  return (
    <>
      <p class="back">
        <a href="#/runs">All runs</a>
      </p>
      {story === null && <h1>Run</h1>}
      <Notice watched={watched} />
      {story !== null && story.run.state === "ended" && <Replayed story={story} session={session} mayDo={mayDo} />}
      {story !== null && story.run.state !== "ended" && (
        <Story story={story} session={session} mayDo={mayDo} isCoded={isCoded(story)} />
      )}
    </>
  );
}

function isCoded({ figures }: RunStory): boolean {
  return (figures?.tasks.length ?? 0) > 0;
}

interface StoryProps {
  readonly story: RunStory;
  readonly session: Session;
  /** Whether who looks may do something about it. */
  readonly mayDo: boolean;
}

/** A run that has ended, as it was at any time. */
function Replayed({ story, session, mayDo }: StoryProps): JSX.Element {
  const loaded = useWatch((stop) => loadHistory(session, story.run.id, stop)).value;
  const isThere = useWatch((stop) => watchPresence(session, stop)).value;
  const at = useSignal<number | null>(null);
  const rows = loaded.kind === "ready" ? loaded.rows : null;
  const replay = useMemo(
    () => (rows === null ? null : replayOf(rows, story.clients ?? new Map())),
    [rows, story.clients],
  );
  const end = Math.min(story.run.seconds, rows?.length === MOST_ROWS ? (rows.at(-1)?.[0] ?? 0) : Infinity);
  const shown = replay === null || at.value === null ? endOf(story, rows) : storyAt(story, replay, at.value);
  const isPast = at.value !== null;
  return (
    <Story story={shown} session={session} mayDo={mayDo && isThere} isPast={isPast} isCoded={isCoded(story)}>
      {!isThere && <Closed run={story.run} />}
      <ReplayState loaded={loaded} />
      {rows !== null && rows.length > 0 && end > 0 && <Player at={at} end={end} events={rows.length} />}
    </Story>
  );
}

const UNKEPT =
  "It cannot be replayed: no history of it was kept. Runs that went on from an interruption have none, nor have those that an earlier version recorded.";

/** Whoever has served the run is gone. */
function Closed({ run }: { readonly run: Run }): JSX.Element {
  return (
    <p class="muted" role="status">
      {run.isHosted ? "The coordinator" : "The studio"} has closed, or cannot be reached. This is the run as it ended.
    </p>
  );
}

/** Why there is nothing to replay, unless there is. */
function ReplayState({ loaded }: { readonly loaded: Loaded }): JSX.Element | null {
  switch (loaded.kind) {
    case "loading":
      return (
        <p class="player muted" role="status">
          Loading what happened, to replay it …
        </p>
      );
    case "failed":
      return (
        <p class="alert" role="status">
          It cannot be replayed: {loaded.problem}
        </p>
      );
    case "ready":
      return loaded.rows.length === 0 ? <p class="muted">{UNKEPT}</p> : null;
  }
}

/** The end of a run with all that has happened. */
function endOf(story: RunStory, rows: RunStory["events"] | null): RunStory {
  return rows === null || rows.length === 0 ? story : { ...story, events: rows };
}

interface ShownStoryProps extends StoryProps {
  /** Whether it is shown as it was at some time before its end. */
  readonly isPast?: boolean;
  readonly isCoded: boolean;
  readonly children?: ComponentChildren;
}

function Story({ story, session, mayDo, isPast = false, isCoded: isOfCode, children }: ShownStoryProps): JSX.Element {
  const { run, clients, measurements, events, scorecard, figures } = story;
  const deeds = { api: session.api, run, onProblem: session.note };
  const isWithin = run.isHosted && run.state !== "ended";
  const about = mayDo && isWithin ? (client: Client) => <SendAway {...deeds} client={client} /> : undefined;
  return (
    <>
      <h1>
        {run.name} <StateWord state={run.state} />
      </h1>
      <p class="muted">{aboutOf(run)}</p>
      {mayDo && (run.isHosted || run.state === "ended") && <Deeds {...deeds} />}
      {children}
      <Numbers story={story} isPast={isPast} />
      <Curves measurements={measurements} />
      {clients === null ? (
        <Missing id="fleet" title="Fleet">{`Which clients take part ${whyMissing(run)}`}</Missing>
      ) : (
        <Fleet
          clients={clients}
          now={run.seconds}
          isEnded={run.state === "ended" && !isPast}
          isCoded={isOfCode}
          about={about}
        />
      )}
      {isPast && <p class="empty">Scores and distributions are those of the end: move the slider there to see them.</p>}
      {!isPast && <Results story={story} />}
      <Traffic measurements={measurements} scorecard={scorecard} />
      {figures !== null && figures.tasks.length > 0 && <CodedTasks tasks={figures.tasks} />}
      <EventLog events={events} isCoded={isOfCode} whyNone={emptyLog(run)} />
    </>
  );
}

/** What is made of everything that a run has. */
function Results({ story: { run, clients, scorecard, figures } }: { readonly story: RunStory }): JSX.Element {
  const why = whyMissing(run);
  return (
    <>
      {scorecard === null ? (
        <Missing id="scores" title="Scorecard: the four enemies">{`What the run scores ${why}`}</Missing>
      ) : (
        <Scores scorecard={scorecard} />
      )}
      <Distributions clients={clients ?? new Map()} figures={figures} whyMissing={why} />
      {figures === null ? (
        <Missing id="objective" title="What was really optimised">{`Who pulled on the model ${why}`}</Missing>
      ) : (
        <Objective figures={figures} />
      )}
    </>
  );
}

function aboutOf({ state, ended, clients, seed, isHosted }: Run): string {
  if (state === "waiting") {
    return `It begins once enough clients are there; ${count(clients.available ?? 0)} are. Seed ${seed}.`;
  }
  const goes = state === "paused" ? PAUSED : isHosted ? "It goes on." : ELSEWHERE;
  return `${ended === null ? goes : `It has ended: ${ended}.`} Seed ${seed}.`;
}

const ELSEWHERE = "It goes on in another process, where alone it can be stopped; this is as far as it was measured.";
const PAUSED = "It is paused: answers are taken, no task is given out, and its clock stands still.";
