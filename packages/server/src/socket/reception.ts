/**
 * The reception of a run: who is connected, and what passes between them and the plan.
 *
 * A client whose connection breaks keeps its place, and its task, for as long as silence is borne; then it is gone. One that comes back
 * goes on with its task, or is given it again.
 *
 * @module
 */
import { clientId, type ClientId, type Command, present, type Seconds, type Task, type TaskId } from "@potluck/core";
import {
  type BlobName,
  encodeToClient,
  MessageError,
  type Submission,
  type ToClient,
  type ToServer,
} from "@potluck/protocol";
import { randomBytes } from "node:crypto";
import type { HostedRun } from "../run/hosted-run.ts";
import type { HostClock } from "../run/run-clock.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Uploads } from "../store/uploads.ts";
import { atTheDoor, type Guest, type Refusal } from "./doorway.ts";
import type { Line, LineListener } from "./line.ts";
import { taskWriter } from "./wire-tasks.ts";

/** What a reception rests on. */
export interface ReceptionOptions {
  readonly run: HostedRun;
  readonly clock: HostClock;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  /** What is trained. */
  readonly job: BlobName;
  /** How often clients have to be heard of, and after how much silence they are gone. */
  readonly heartbeatSeconds: Seconds;
  readonly silenceSeconds: Seconds;
  /** Why a device that is not known yet may not come in; null where it may. */
  readonly admit: (device: string, token: string) => string | null;
}

/** A reception. */
export interface Reception {
  /** Somebody has connected. */
  readonly accept: (line: Line) => LineListener;
  /** Who shows this session over HTTP; null for nobody. */
  readonly clientOf: (session: string) => ClientId | null;
  /** Carries out what the plan asks for. */
  readonly command: (command: Command) => void;
  /** Tells a client what became of its answer. */
  readonly answered: (client: ClientId, task: TaskId) => void;
  /** Sends everybody home. */
  readonly close: (reason: string) => void;
  readonly connected: () => number;
}

interface Seat {
  readonly client: ClientId;
  readonly line: Line;
  readonly session: string;
  /** What is sent, in order. */
  queue: Promise<void>;
}

interface Desk extends ReceptionOptions {
  readonly seats: Map<ClientId, Seat>;
  readonly sessions: Map<string, ClientId>;
  /** What takes back that a client is gone. */
  readonly absences: Map<ClientId, () => void>;
  readonly heard: Map<ClientId, Seconds>;
  readonly write: ReturnType<typeof taskWriter>;
  stopWatching: () => void;
}

/** Silence is looked for so often within the time that it is borne. */
const SILENCE_CHECKS = 4;

/** Opens a reception. Those who were there when the coordinator was last up are awaited for as long as silence is borne. */
export function openReception(options: ReceptionOptions): Reception {
  const desk: Desk = {
    ...options,
    seats: new Map(),
    sessions: new Map(),
    absences: new Map(),
    heard: new Map(),
    write: taskWriter(options.blobs),
    stopWatching: () => {},
  };
  watch(desk);
  const { fleet } = options.run.state.machine;
  for (let client = 0; client < fleet.population; client++) {
    if (fleet.client(clientId(client)).online) noteAbsence(desk, clientId(client));
  }
  return {
    accept: (line) =>
      atTheDoor(line, {
        refusalOf: (guest) => refusalOf(desk, guest),
        letIn: (guest) => {
          const seat = welcome(desk, guest);
          return { hear: (message) => hear(desk, seat, message), lose: () => lose(desk, seat) };
        },
      }),
    clientOf: (session) => desk.sessions.get(session) ?? null,
    command: (command) => carryOut(desk, command),
    answered: (client, task) => acknowledge(desk, client, task),
    close: (reason) => {
      desk.stopWatching();
      for (const cancel of desk.absences.values()) cancel();
      desk.absences.clear();
      const comeBack = desk.run.state.ended === null;
      for (const seat of desk.seats.values()) {
        say(seat, { kind: "goodbye", code: comeBack ? "closing" : "run-ended", detail: reason, comeBack });
        void seat.queue.finally(seat.line.close);
      }
    },
    connected: () => desk.seats.size,
  };
}

function refusalOf({ run, admit }: Desk, { hello, device }: Guest): Refusal | null {
  if (run.state.ended !== null) return { code: "run-ended", detail: "the run has ended" };
  const detail = run.state.members.has(device) ? null : admit(device, hello.token);
  return detail === null ? null : { code: "not-admitted", detail };
}

function welcome(desk: Desk, { line, hello, device }: Guest): Seat {
  const { run, job, heartbeatSeconds, silenceSeconds } = desk;
  const { examples, tier } = hello.profile;
  const known = run.state.members.get(device);
  if (known === undefined || !isOnline(desk, known)) run.joined(device, { examples, tier });
  const client = present(run.state.members.get(device), "the client of a device");
  const before = desk.seats.get(client);
  if (before !== undefined) leaveSeat(desk, before);
  desk.absences.get(client)?.();
  desk.absences.delete(client);
  const session = randomBytes(24).toString("base64url");
  const seat: Seat = { client, line, session, queue: Promise.resolve() };
  desk.seats.set(client, seat);
  desk.sessions.set(session, client);
  desk.heard.set(client, desk.clock.steady());
  const open = run.state.open.get(client);
  const openTasks = open !== undefined && hello.openTasks.includes(open.id) ? [open.id] : [];
  say(seat, { kind: "welcome", client, session, heartbeatSeconds, silenceSeconds, job, openTasks });
  // What became of an answer may have been lost on its way.
  const last = run.state.answers.get(client);
  if (last !== undefined && hello.openTasks.includes(last.task)) say(seat, { kind: "acknowledged", ...last });
  if (open !== undefined && openTasks.length === 0) assign(desk, open);
  return seat;
}

function isOnline({ run }: Desk, client: ClientId): boolean {
  const { fleet } = run.state.machine;
  return client < fleet.population && fleet.client(client).online;
}

function hear(desk: Desk, seat: Seat, message: ToServer): void {
  const { run } = desk;
  const { client } = seat;
  desk.heard.set(client, desk.clock.steady());
  switch (message.kind) {
    case "heartbeat":
      return say(seat, { kind: "heartbeat" });
    case "received":
      if (openTask(desk, seat, message.task) === null) return;
      return run.happened({
        kind: "transferred",
        client,
        task: message.task,
        direction: "down",
        bytes: message.bytes,
        complete: true,
      });
    case "failed":
      if (openTask(desk, seat, message.task) === null) return;
      return run.happened({ kind: "failed", client, task: message.task, reason: message.reason });
    case "submitted":
      void takeIn(desk, seat, message.task, message.submission);
      return;
    case "leaving":
      leaveSeat(desk, seat);
      return run.happened({ kind: "left", client });
    case "hello":
    case "proof":
      throw new MessageError(`${message.kind} where it has no place`);
  }
}

/** Looks again and again for clients that nothing is heard of, and takes them for lost. */
function watch(desk: Desk): void {
  const { clock, silenceSeconds } = desk;
  desk.stopWatching = clock.after(silenceSeconds / SILENCE_CHECKS, () => {
    const earliest = clock.steady() - silenceSeconds;
    for (const seat of desk.seats.values()) {
      if ((desk.heard.get(seat.client) ?? earliest) < earliest) lose(desk, seat);
    }
    watch(desk);
  });
}

/** The task of this client, if it is open and this one. */
function openTask({ run }: Desk, { client }: Seat, task: TaskId): Task | null {
  const open = run.state.open.get(client);
  return open?.id === task ? open : null;
}

/** An answer is uploaded: it is kept for good, and only then counts. */
async function takeIn(desk: Desk, seat: Seat, task: TaskId, submission: Submission): Promise<void> {
  const { run, uploads, blobs } = desk;
  const { client } = seat;
  const last = run.state.answers.get(client);
  if (last?.task === task) return say(seat, { kind: "acknowledged", ...last });
  const late: ToClient = { kind: "acknowledged", task, outcome: "late", detail: "the task is not open any more" };
  if (openTask(desk, seat, task) === null) return say(seat, late);
  const problem = await blobs.adopt(uploads.fileOf(task), submission.payload);
  if (problem !== null) {
    const detail = `the upload is not what it is said to be: ${problem}`;
    return say(seat, { kind: "acknowledged", task, outcome: "invalid", detail });
  }
  // Others may have been quicker while the disk was at work.
  if (openTask(desk, seat, task) === null) return say(seat, late);
  const { payload, ...update } = submission;
  const up = { kind: "transferred", client, task, direction: "up", bytes: payload.bytes, complete: true } as const;
  run.happened(up, { kind: "update", client, task, update: { ...update, payload } });
}

function acknowledge(desk: Desk, client: ClientId, task: TaskId): void {
  const seat = desk.seats.get(client);
  const answer = desk.run.state.answers.get(client);
  if (seat !== undefined && answer?.task === task) say(seat, { kind: "acknowledged", ...answer });
}

function carryOut(desk: Desk, command: Command): void {
  if (command.kind === "assign") return assign(desk, command.task);
  if (command.kind !== "recall") return;
  const seat = desk.seats.get(command.client);
  if (seat !== undefined) say(seat, { kind: "recall", task: command.task });
  void desk.uploads.forget(command.task);
}

function assign(desk: Desk, task: Task): void {
  const seat = desk.seats.get(task.client);
  if (seat === undefined) return;
  const before = seat.queue;
  seat.queue = (async () => {
    await before;
    seat.line.send(encodeToClient({ kind: "assign", task: await desk.write(task) }));
  })();
}

function say(seat: Seat, message: ToClient): void {
  const before = seat.queue;
  seat.queue = (async () => {
    await before;
    seat.line.send(encodeToClient(message));
  })();
}

/** A connection is lost. */
function lose(desk: Desk, seat: Seat): void {
  if (desk.seats.get(seat.client) !== seat) return;
  leaveSeat(desk, seat);
  noteAbsence(desk, seat.client);
}

function leaveSeat(desk: Desk, seat: Seat): void {
  desk.sessions.delete(seat.session);
  if (desk.seats.get(seat.client) === seat) desk.seats.delete(seat.client);
  seat.line.close();
}

/** A client that is not connected is gone, unless it comes back in time. */
function noteAbsence(desk: Desk, client: ClientId): void {
  desk.absences.get(client)?.();
  const cancel = desk.clock.after(desk.silenceSeconds, () => {
    desk.absences.delete(client);
    if (isOnline(desk, client)) desk.run.happened({ kind: "left", client });
  });
  desk.absences.set(client, cancel);
}
