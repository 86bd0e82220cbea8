/**
 * A run gone through again, row by row of its history: how its clients stand, and what has been counted.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { HistoryRow } from "./history.ts";

/** How a client stands. */
export interface ReplayedClient {
  readonly timesAsked: number;
  readonly timesAnswered: number;
  /** Answers that were not refused. */
  readonly timesUsed: number;
  /** How long its tasks took in all, those that came to nothing among them, without the one that it is at. */
  readonly taskSeconds: Seconds;
  /** When it last joined, answered or failed. */
  readonly lastSeen: Seconds;
  readonly isAvailable: boolean;
  /** The task that it is at, the model version that this began with, and when. */
  readonly task: number | null;
  readonly version: number | null;
  readonly askedAt: Seconds;
}

/** What was counted. */
export interface ReplayedCounts {
  /** The newest model version. */
  readonly version: number;
  readonly openTasks: number;
  readonly answered: number;
  readonly late: number;
  readonly abandoned: number;
  readonly invalid: number;
}

/** Goes through a history, whose rows come in order. */
export interface FleetReplay {
  readonly play: (row: HistoryRow) => void;
  /** As they stand now: what is given changes with the next row. */
  readonly clients: ReadonlyMap<number, ReplayedClient>;
  readonly counts: ReplayedCounts;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
type Actor = Writable<ReplayedClient>;

interface Stage {
  readonly clients: Map<number, Actor>;
  readonly counts: Writable<ReplayedCounts>;
}

/** A replay that stands before the first row. */
export function fleetReplay(): FleetReplay {
  const counts = { version: 0, openTasks: 0, answered: 0, late: 0, abandoned: 0, invalid: 0 };
  const stage: Stage = { clients: new Map(), counts };
  return { ...stage, play: (row) => play(stage, row) };
}

function actorOf({ clients }: Stage, client: number): Actor {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const times = { timesAsked: 0, timesAnswered: 0, timesUsed: 0, taskSeconds: 0, lastSeen: 0 };
  const actor = { ...times, isAvailable: false, task: null, version: null, askedAt: 0 };
  clients.set(client, actor);
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
      if (what === "joined") actor.lastSeen = at;
      return endTask(stage, actor, at);
    case "asked":
      endTask(stage, actor, at);
      actor.timesAsked += 1;
      actor.task = task;
      actor.version = version;
      actor.askedAt = at;
      stage.counts.openTasks += 1;
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

function endTask({ counts }: Stage, actor: Actor, at: Seconds): void {
  if (actor.task === null) return;
  actor.taskSeconds += at - actor.askedAt;
  actor.task = null;
  actor.version = null;
  counts.openTasks -= 1;
}
