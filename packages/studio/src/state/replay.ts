/**
 * A run as it was at some instant, put together from its history.
 *
 * @module
 */
import type { Client, Run } from "../api/answers.ts";
import type { HistoryRow } from "../api/history.ts";
import type { RunStory } from "./watch-run.ts";

/** A run as it was. */
export interface Moment {
  readonly at: number;
  /** How many rows of the history had happened by then. */
  readonly rows: number;
  readonly clients: ReadonlyMap<number, Client>;
  /** What of the run at a glance follows from its history. */
  readonly counts: Pick<Run, "version" | "openTasks" | "updates">;
}

/** Goes through a history. */
export interface Replay {
  readonly rows: readonly HistoryRow[];
  readonly momentAt: (at: number) => Moment;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What is known of a client while the history is gone through. */
type Actor = Writable<
  Pick<
    Client,
    | "timesAsked"
    | "timesAnswered"
    | "timesUsed"
    | "taskSeconds"
    | "lastSeen"
    | "isAvailable"
    | "isConnected"
    | "task"
    | "version"
  >
> & { askedAt: number };

interface Counts {
  version: number;
  open: number;
  answered: number;
  late: number;
  abandoned: number;
  invalid: number;
}

interface Stage {
  readonly actors: Map<number, Actor>;
  readonly counts: Counts;
  row: number;
  at: number;
}

/** Of each answer when it set out, by its task. */
type Sendings = ReadonlyMap<number, number>;

/** The replay of a history, whose rows are in order; `clients` say what of them does not change. */
export function replayOf(rows: readonly HistoryRow[], clients: ReadonlyMap<number, Client>): Replay {
  const sendings: Sendings = new Map(
    rows.flatMap(([at, what, , task, , more]) =>
      what === "answered" && task !== null && typeof more === "number" ? [[task, at - more] as const] : [],
    ),
  );
  let stage = emptyStage();
  return {
    rows,
    momentAt: (at) => {
      if (at < stage.at) stage = emptyStage();
      stage.at = at;
      for (let row = rows[stage.row]; row !== undefined && row[0] <= at; row = rows[stage.row]) {
        play(stage, row);
        stage.row += 1;
      }
      return momentOf(stage, clients, sendings);
    },
  };
}

function emptyStage(): Stage {
  const counts = { version: 0, open: 0, answered: 0, late: 0, abandoned: 0, invalid: 0 };
  return { actors: new Map(), counts, row: 0, at: -Infinity };
}

function actorOf({ actors }: Stage, client: number): Actor {
  const known = actors.get(client);
  if (known !== undefined) return known;
  const times = { timesAsked: 0, timesAnswered: 0, timesUsed: 0, taskSeconds: 0, lastSeen: 0 };
  const is = { isAvailable: false, isConnected: false, task: null, version: null, askedAt: 0 };
  const actor = { ...times, ...is };
  actors.set(client, actor);
  return actor;
}

function play(stage: Stage, [at, what, client, task, version, more]: HistoryRow): void {
  if (what === "published") stage.counts.version = version ?? stage.counts.version;
  if (client === null) return;
  const actor = actorOf(stage, client);
  switch (what) {
    case "joined":
    case "left":
      actor.isAvailable = what === "joined";
      actor.isConnected = what === "joined";
      if (what === "joined") actor.lastSeen = at;
      return endTask(stage, actor, at);
    case "asked":
      endTask(stage, actor, at);
      actor.timesAsked += 1;
      actor.task = task;
      actor.version = version;
      actor.askedAt = at;
      stage.counts.open += 1;
      return;
    case "answered":
    case "failed":
      actor.lastSeen = at;
      if (what === "answered") noteAnswer(stage, actor);
      if (actor.task === task) endTask(stage, actor, at);
      return;
    case "recalled":
      if (actor.task === task) endTask(stage, actor, at);
      return;
    case "refused":
      return noteRefused(stage, actor, String(more));
    case "started":
    case "published":
    case "paused":
    case "resumed":
    case "ended":
      return;
  }
}

function noteAnswer({ counts }: Stage, actor: Actor): void {
  counts.answered += 1;
  actor.timesAnswered += 1;
  actor.timesUsed += 1;
}

function noteRefused({ counts }: Stage, actor: Actor, why: string): void {
  actor.timesUsed -= 1;
  if (why.startsWith("late")) counts.late += 1;
  else if (why.startsWith("abandoned")) counts.abandoned += 1;
  else counts.invalid += 1;
}

function endTask({ counts }: Stage, actor: Actor, at: number): void {
  if (actor.task === null) return;
  actor.taskSeconds += at - actor.askedAt;
  actor.task = null;
  actor.version = null;
  counts.open -= 1;
}

function momentOf(
  { actors, counts, row, at }: Stage,
  clients: ReadonlyMap<number, Client>,
  sendings: Sendings,
): Moment {
  const { version, open: openTasks, answered, late, abandoned, invalid } = counts;
  const shown = new Map<number, Client>();
  for (const [client, { askedAt: _, ...own }] of actors) {
    const isSending = own.task !== null && (sendings.get(own.task) ?? Infinity) <= at;
    shown.set(client, { ...(clients.get(client) ?? { ...STRANGER, client }), ...own, isSending });
  }
  const accepted = answered - late - invalid;
  const updates = { accepted, late, abandoned, invalid: { any: invalid } };
  return { at, rows: row, clients: shown, counts: { version, openTasks, updates } };
}

const STRANGER = { device: "", tier: "", examples: 0, isRevoked: false };

/** So many of the last events are shown. */
const MOST_EVENTS = 1000;

/** The story of a run as it was. What is known only of its end is left out. */
export function storyAt(story: RunStory, replay: Replay, at: number): RunStory {
  const { rows, clients, counts } = replay.momentAt(at);
  const measurements = story.measurements.filter(({ virtualSeconds }) => virtualSeconds <= at);
  const last = measurements.at(-1);
  const available = Array.from(clients.values()).filter(({ isAvailable }) => isAvailable).length;
  return {
    run: {
      ...story.run,
      ...counts,
      seconds: at,
      accuracy: last?.testAccuracy ?? null,
      loss: last?.testLoss ?? null,
      clients: { known: clients.size, available, connected: available },
      bytesUp: last?.bytesUp ?? 0,
      bytesDown: last?.bytesDown ?? 0,
    },
    clients,
    measurements,
    events: replay.rows.slice(Math.max(0, rows - MOST_EVENTS), rows),
    scorecard: null,
    figures: null,
  };
}
