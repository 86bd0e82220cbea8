/**
 * A seat: a client that is connected, and what is said to it.
 *
 * @module
 */
import type { ClientId, TaskId } from "@potluck/core";
import { type Acknowledgement, encodeToClient, type ToClient } from "@potluck/protocol";
import type { HostedRun } from "../run/hosted-run.ts";
import type { Line } from "./line.ts";

/** Where a client sits in the room of a run, while it is connected. */
export interface Seat {
  readonly client: ClientId;
  readonly device: string;
  readonly line: Line;
  readonly session: string;
  /** The task that it was given last. */
  given: TaskId | null;
  /** The task that it has said last that it has received. */
  received: TaskId | null;
}

/** Gives a client its task, unless it has it, or the run is paused: then it has nothing to do until that is over. */
export function give({ view }: HostedRun, seat: Seat): void {
  if (view.isPaused) return;
  const open = view.open.get(seat.client);
  if (open === undefined || seat.given === open.task.id) return;
  seat.given = open.task.id;
  say(seat, { kind: "assign", task: open.task });
}

/** Says something to a client, if it is connected. */
export function sayTo(seats: ReadonlyMap<ClientId, Seat>, client: ClientId, message: ToClient): void {
  const seat = seats.get(client);
  if (seat !== undefined) say(seat, message);
}

/** Says something to a client. */
export function say({ line }: Seat, message: ToClient): void {
  line.send(encodeToClient(message));
}

/** What a client is told of its answer. */
export function acknowledgement(answer: Acknowledgement): ToClient {
  return { kind: "acknowledged", ...answer };
}

/** What became of an answer of which nothing is known. */
export function lateAnswer(task: TaskId): Acknowledgement {
  return { task, outcome: "late", detail: "the task is not open any more" };
}
