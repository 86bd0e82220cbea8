/**
 * What has happened to a run, one row for each thing: enough to show the run again as it went on, and small enough to be kept of all of it.
 *
 * @module
 */
import type { Command, FleetEvent, Seconds } from "@potluck/core";

/** What happens: to a client, to a task, or to the run. */
export const historyKinds = [
  "joined",
  "left",
  "started",
  "asked",
  "answered",
  "failed",
  "recalled",
  "refused",
  "published",
  "paused",
  "resumed",
  "ended",
] as const;
export type HistoryKind = (typeof historyKinds)[number];

/**
 * One thing that has happened: when, in seconds of the run; what; to which client, about which task; which version of the model the task began with, or
 * was published; and what else there is to say: of an answer how many seconds it was on its way up, of what is refused, failed or ended why.
 */
export type HistoryRow = readonly [
  at: Seconds,
  what: HistoryKind,
  client: number | null,
  task: number | null,
  version: number | null,
  more?: string | number | undefined,
];

/** An event, and what the plan made of it. */
export interface Happened {
  readonly at: Seconds;
  readonly event: FleetEvent;
  /** The version that the task began with which the event is about; null where it is about none, or about one that is not open. */
  readonly version: number | null;
  readonly commands: readonly Command[];
}

/** The rows of an event: it comes before what the plan made of it. */
export function historyOf({ at, event, version, commands }: Happened): readonly HistoryRow[] {
  const when = roundedInstant(at);
  return [rowOfEvent(when, event, version), ...commands.map((command) => rowOfCommand(when, command))].filter(
    (row) => row !== null,
  );
}

/** Instants are kept to the microsecond. */
export function roundedInstant(at: Seconds): Seconds {
  return Math.round(at * MICROSECONDS) / MICROSECONDS;
}

const MICROSECONDS = 1e6;

function rowOfEvent(at: Seconds, event: FleetEvent, version: number | null): HistoryRow | null {
  switch (event.kind) {
    case "joined":
    case "left":
      return [at, event.kind, event.client, null, null];
    case "started":
      return [at, "started", null, null, null];
    case "update":
      return [at, "answered", event.client, event.task, version, roundedInstant(event.update.spent.uploadSeconds)];
    case "failed":
      return [at, "failed", event.client, event.task, version, event.reason];
    case "enrolled":
    case "transferred":
    case "converted":
    case "timer":
      return null;
  }
}

function rowOfCommand(at: Seconds, command: Command): HistoryRow | null {
  switch (command.kind) {
    case "assign": {
      const { client, id, version } = command.task;
      return [at, "asked", client, id, version];
    }
    case "recall":
      return [at, "recalled", command.client, command.task, null];
    case "refuse": {
      const { client, task, refusal, detail } = command;
      return [at, "refused", client, task, null, detail === "" ? refusal : `${refusal}: ${detail}`];
    }
    case "publish":
      return [at, "published", null, null, command.version];
    case "finish":
      return [at, "ended", null, null, null, command.reason];
    case "convert":
    case "timer":
      return null;
  }
}

/** The rows as text: a JSON array in each line. */
export function historyText(rows: readonly HistoryRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
