/**
 * The room of a run: who is connected to it, and what passes between them and the plan.
 *
 * A client whose connection breaks keeps its place, and its task, for as long as silence is borne; then it is gone. One that comes back
 * goes on with its task, or is given it again.
 *
 * @module
 */
import type { ClientId, Seconds } from "@potluck/core";
import { type BlobName, encodeToClient, MessageError, type ToServer, type WireTask } from "@potluck/protocol";
import { randomBytes } from "node:crypto";
import type { HostedRun, RunListener } from "../run/hosted-run.ts";
import type { HostClock } from "../run/run-clock.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Uploads } from "../store/uploads.ts";
import { type Guest, type Inside, TOO_MANY_BAD_ANSWERS } from "./doorway.ts";
import { answerSubmitted, type IntakeDesk, noteAcknowledged, openTask } from "./intake.ts";
import { acknowledgement, give, lateAnswer, say, sayTo, type Seat } from "./seat.ts";

/** What a room rests on. */
export interface RoomOptions {
  readonly clock: HostClock;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  /** How often clients have to be heard of, and after how much silence they are gone. */
  readonly heartbeatSeconds: Seconds;
  readonly silenceSeconds: Seconds;
  /** So long after it was said to be there an answer was acknowledged. */
  readonly onAcknowledged: (seconds: Seconds) => void;
  /** An upload was not what it was said to be. */
  readonly onMismatch: () => void;
  /** An answer of a device breaks a rule: whether it may go on nevertheless. */
  readonly bears: (device: string) => boolean;
  /** A client is connected, or is not any more. */
  readonly onConnected: (client: ClientId, isConnected: boolean) => void;
}

/** A room. */
export interface Room {
  readonly run: HostedRun;
  readonly uploads: Uploads;
  /** Lets a guest in. */
  readonly letIn: (guest: Guest) => Promise<Inside>;
  /** Who shows this session over HTTP; null for nobody of this room. */
  readonly clientOf: (session: string) => ClientId | null;
  /** Whether a client may fetch a blob: what is trained, and what the last task names that it was given, which it may still be fetching. */
  readonly mayFetch: (client: ClientId, sha256: string) => boolean;
  /** Sends everybody home. */
  readonly close: (reason: string) => void;
  /** Whether a client is connected. */
  readonly isConnected: (client: ClientId) => boolean;
  readonly connected: () => number;
  /** Sends a device home for good, whose client is gone at once. */
  readonly sendAway: (device: string) => void;
}

interface Desk extends RoomOptions, IntakeDesk {
  readonly seats: Map<ClientId, Seat>;
  readonly sessions: Map<string, ClientId>;
  /** What takes back that a client is gone. */
  readonly absences: Map<ClientId, () => void>;
  readonly heard: Map<ClientId, Seconds>;
  stopWatching: () => void;
}

/** Silence is looked for so often within the time that it is borne. */
const SILENCE_CHECKS = 4;

/** What a room hears of its run. */
export type RoomNews = Pick<RunListener, "onAssigned" | "onRecalled" | "onAnswered" | "onPaused">;

/** Opens the room of a run, which is hosted by `host`. Those who were there when it was last up are awaited for as long as silence is borne. */
export async function openRoom(options: RoomOptions, host: (news: RoomNews) => Promise<HostedRun>): Promise<Room> {
  const seats = new Map<ClientId, Seat>();
  const submitted: Desk["submitted"] = new Map();
  const tasks = new Map<ClientId, WireTask>();
  const bad = (client: ClientId): void => noteBadAnswer(options, seats.get(client));
  const run = await host({
    // While the run is taken up nobody has a seat yet.
    onAssigned: ({ client, task }) => {
      tasks.set(client, task);
      const seat = seats.get(client);
      if (seat !== undefined) give(run, seat);
    },
    onPaused: () => {
      for (const seat of seats.values()) give(run, seat);
    },
    onRecalled: (client, task) => {
      sayTo(seats, client, { kind: "recall", task });
      void options.uploads.forget(task);
    },
    onAnswered: (client, task, answer) => {
      sayTo(seats, client, acknowledgement(answer ?? lateAnswer(task)));
      noteAcknowledged(options, submitted, { client, task });
      if (answer?.outcome === "invalid") bad(client);
      void options.uploads.forget(task);
    },
  });
  const unheard = { sessions: new Map(), absences: new Map(), heard: new Map(), submitted, torn: new Map() };
  const desk: Desk = { ...options, ...unheard, run, seats, onBadAnswer: bad, stopWatching: () => {} };
  watch(desk);
  for (const client of run.view.present) noteAbsence(desk, client);
  return {
    run,
    uploads: options.uploads,
    letIn: async (guest) => {
      const seat = await welcome(desk, guest);
      return { hear: (message) => hear(desk, seat, message), lose: () => lose(desk, seat) };
    },
    clientOf: (session) => desk.sessions.get(session) ?? null,
    mayFetch: (client, sha256) =>
      [run.job, run.model, ...namedBy(tasks.get(client))].some((name) => name.sha256 === sha256),
    close: (detail) => closeRoom(desk, detail),
    isConnected: (client) => seats.has(client),
    connected: () => seats.size,
    sendAway: (device) => sendAway(desk, device),
  };
}

/** The blobs that a task names. */
function namedBy(task: WireTask | undefined): readonly BlobName[] {
  if (task === undefined) return [];
  if ("gradients" in task) return [task.params, ...task.gradients.map(({ params }) => params)];
  const { params, mean, changes } = task;
  return [
    params,
    ...(mean === null ? [] : [mean]),
    ...(changes === null ? [] : [changes.from ?? params, ...changes.messages]),
  ];
}

/** Sends everybody home. */
function closeRoom(desk: Desk, detail: string): void {
  const { run, seats, absences, sessions } = desk;
  desk.stopWatching();
  for (const cancel of absences.values()) cancel();
  absences.clear();
  const comeBack = run.view.ended === null;
  for (const { line } of seats.values()) {
    line.send(encodeToClient({ kind: "goodbye", code: comeBack ? "closing" : "run-ended", detail, comeBack }));
    line.close();
  }
  seats.clear();
  sessions.clear();
  desk.uploads.cutOff();
}

function sendAway(desk: Desk, device: string): void {
  const client = desk.run.view.members.get(device);
  if (client === undefined) return;
  const seat = desk.seats.get(client);
  if (seat !== undefined) {
    const detail = "this device was sent away for good";
    say(seat, { kind: "goodbye", code: "device-revoked", detail, comeBack: false });
    leaveSeat(desk, seat);
  }
  desk.absences.get(client)?.();
  desk.absences.delete(client);
  const open = desk.run.view.open.get(client);
  if (open !== undefined) void desk.uploads.forget(open.task.id);
  desk.run.happened({ kind: "left", client });
}

/** An answer has broken a rule. Whoever does that too often is sent home for a while. */
function noteBadAnswer({ bears }: RoomOptions, seat: Seat | undefined): void {
  if (seat === undefined || bears(seat.device)) return;
  say(seat, { kind: "goodbye", ...TOO_MANY_BAD_ANSWERS });
  seat.line.close();
}

async function welcome(desk: Desk, { line, hello, device }: Guest): Promise<Seat> {
  const { run, heartbeatSeconds, silenceSeconds } = desk;
  const { examples, tier } = hello.profile;
  const client = await run.joined(device, { examples, tier }, hello.holds !== run.record.id);
  const before = desk.seats.get(client);
  if (before !== undefined) leaveSeat(desk, before);
  desk.absences.get(client)?.();
  desk.absences.delete(client);
  const session = randomBytes(24).toString("base64url");
  const seat: Seat = { client, device, line, session, given: null, received: null };
  desk.seats.set(client, seat);
  desk.onConnected(client, true);
  desk.sessions.set(session, client);
  desk.heard.set(client, desk.clock.steady());
  const open = run.view.open.get(client);
  const openTasks = open !== undefined && hello.openTasks.includes(open.task.id) ? [open.task.id] : [];
  seat.given = openTasks[0] ?? null;
  say(seat, {
    kind: "welcome",
    run: run.record.id,
    client,
    session,
    heartbeatSeconds,
    silenceSeconds,
    job: run.job,
    openTasks,
  });
  // What became of an answer may have been lost on its way.
  const last = run.view.answers.get(client);
  if (last !== undefined && hello.openTasks.includes(last.task)) say(seat, acknowledgement(last));
  give(run, seat);
  return seat;
}

function hear(desk: Desk, seat: Seat, message: ToServer): void {
  const { run } = desk;
  const { client } = seat;
  desk.heard.set(client, desk.clock.steady());
  switch (message.kind) {
    case "heartbeat":
      return say(seat, { kind: "heartbeat" });
    case "received": {
      const { task, bytes } = message;
      // Once is enough for the journal, whatever a client says again and again.
      if (seat.received === task || openTask(desk, client, task) === null) return;
      seat.received = task;
      return run.happened({ kind: "transferred", client, task, direction: "down", bytes, complete: true });
    }
    case "failed":
      return run.happened({ kind: "failed", client, task: message.task, reason: message.reason });
    case "submitted":
      return answerSubmitted(desk, client, message);
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

/** A connection is lost. */
function lose(desk: Desk, seat: Seat): void {
  if (desk.seats.get(seat.client) !== seat) return;
  leaveSeat(desk, seat);
  noteAbsence(desk, seat.client);
}

function leaveSeat(desk: Desk, seat: Seat): void {
  desk.sessions.delete(seat.session);
  if (desk.seats.get(seat.client) === seat) {
    desk.seats.delete(seat.client);
    desk.onConnected(seat.client, false);
  }
  seat.line.close();
}

/** A client that is not connected is gone, unless it comes back before it has been silent for too long. */
function noteAbsence(desk: Desk, client: ClientId): void {
  const { clock, heard, silenceSeconds } = desk;
  desk.absences.get(client)?.();
  const now = clock.steady();
  // Of those who were there when the coordinator was last up nothing has been heard yet.
  const cancel = clock.after(Math.max(0, (heard.get(client) ?? now) + silenceSeconds - now), () => {
    desk.absences.delete(client);
    desk.run.happened({ kind: "left", client });
  });
  desk.absences.set(client, cancel);
}
