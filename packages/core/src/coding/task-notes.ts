/**
 * What became of the tasks of a coded run: by round and worker, for pictures of it. They are noted from outside, from what happens
 * and what the plan asks for, so that whoever drives the plan has them.
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import type { Command, FleetEvent } from "../plan/events.ts";
import type { ClientId, TaskId } from "../plan/identity.ts";
import { type GradientTask, isTraining } from "../plan/task.ts";

/**
 * What became of a task: it was "answered", "late" when its round ended, "lost" with its client, "refused" because its
 * answer was no gradient, or is "out".
 */
export type TaskFate = "answered" | "late" | "lost" | "refused" | "out";

/** A task of a coded run: plain data. */
export interface TaskNote {
  /** From 1. */
  readonly round: number;
  readonly client: ClientId;
  /** The jobs it is about, each once, ascending. */
  readonly jobs: readonly number[];
  /** Whether some of it had been asked for before, in an earlier round. */
  readonly repeats: boolean;
  /** Whether it computes what was asked of another worker. */
  readonly standsIn: boolean;
  readonly assignedAt: Seconds;
  /** Null while it is out. */
  endedAt: Seconds | null;
  fate: TaskFate;
}

/** The notes of a run so far: plain data. */
export interface TaskNotes {
  readonly tasks: Map<TaskId, TaskNote>;
  /** What each client is at. */
  readonly out: Map<ClientId, TaskId>;
  /** What was asked for in an earlier round, or in this one, by name. */
  readonly asked: Map<string, number>;
}

/** The rounds from the first whose tasks are noted. */
export const ROUNDS_NOTED_LIMIT = 100;

/** Notes of nothing. */
export function noTaskNotes(): TaskNotes {
  return { tasks: new Map(), out: new Map(), asked: new Map() };
}

/** Notes what has happened at `now`. */
export function noteEvent(notes: TaskNotes, event: FleetEvent, now: Seconds): void {
  if (notes.out.size === 0) return;
  switch (event.kind) {
    case "update":
      return end(notes, event, "answered", now);
    case "failed":
      return end(notes, event, "lost", now);
    case "left":
    case "joined": {
      const task = notes.out.get(event.client);
      if (task !== undefined) end(notes, { client: event.client, task }, "lost", now);
      return;
    }
    case "enrolled":
    case "started":
    case "transferred":
    case "converted":
    case "timer":
      return;
  }
}

/** Notes what the plan asks for at `now`. */
export function noteCommand(notes: TaskNotes, command: Command, now: Seconds): void {
  switch (command.kind) {
    case "assign":
      if (!isTraining(command.task)) begin(notes, command.task, now);
      return;
    case "recall":
      return end(notes, command, "late", now);
    case "refuse": {
      const note = notes.tasks.get(command.task);
      if (note !== undefined && command.refusal === "invalid") note.fate = "refused";
      return;
    }
    case "publish":
    case "convert":
    case "timer":
    case "finish":
      return;
  }
}

function begin(notes: TaskNotes, { id, client, round, gradients }: GradientTask, now: Seconds): void {
  if (round > ROUNDS_NOTED_LIMIT) return;
  const names = gradients.map(({ job, group, place }) => `${job}/${group}/${place}`);
  const repeats = names.some((name) => (notes.asked.get(name) ?? round) < round);
  for (const name of names) if (!notes.asked.has(name)) notes.asked.set(name, round);
  const jobs = [...new Set(gradients.map(({ job }) => job))].sort((a, b) => a - b);
  const standsIn = gradients.some(({ place }) => place !== client);
  notes.tasks.set(id, { round, client, jobs, repeats, standsIn, assignedAt: now, endedAt: null, fate: "out" });
  notes.out.set(client, id);
}

interface Ended {
  readonly client: ClientId;
  readonly task: TaskId;
}

function end(notes: TaskNotes, { client, task }: Ended, fate: TaskFate, now: Seconds): void {
  if (notes.out.get(client) !== task) return;
  notes.out.delete(client);
  const note = notes.tasks.get(task);
  if (note === undefined) return;
  note.endedAt = now;
  note.fate = fate;
}
