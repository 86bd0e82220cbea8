/**
 * Answers that come in: each is held against what was said of it, kept for good, and only then told to the run.
 *
 * @module
 */
import type { ClientId, Seconds, TaskId } from "@potluck/core";
import type { BlobName, Submission, ToServer } from "@potluck/protocol";
import type { HostedRun } from "../run/hosted-run.ts";
import type { HostClock } from "../run/run-clock.ts";
import type { OpenTask } from "../run/thread/messages.ts";
import type { Blobs } from "../store/blobs.ts";
import { MAX_JOURNALED_BYTES, type Payload } from "../store/journal.ts";
import type { Uploads } from "../store/uploads.ts";
import { acknowledgement, lateAnswer, sayTo, type Seat } from "./seat.ts";

/** What answers are taken in with. */
export interface IntakeDesk {
  readonly run: HostedRun;
  readonly clock: HostClock;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly seats: ReadonlyMap<ClientId, Seat>;
  /** The answers that wait to be acknowledged. */
  readonly submitted: Map<ClientId, Submitted>;
  /** How often the upload of a client's last task was not what it was said to be. */
  readonly torn: Map<ClientId, { readonly task: TaskId; readonly times: number }>;
  /** An upload was not what it was said to be. */
  readonly onMismatch: () => void;
  /** An answer of a client breaks a rule. */
  readonly onBadAnswer: (client: ClientId) => void;
}

/** An answer that was said to be there, and when. */
export interface Submitted {
  readonly task: TaskId;
  readonly since: Seconds;
}

/** An upload that is not what it is said to be is asked for again; the task of one that is not for so many times has failed. */
const MOST_TORN = 3;

/** The task of this client, if it is open and this one. */
export function openTask({ run }: Pick<IntakeDesk, "run">, client: ClientId, task: TaskId): OpenTask | null {
  const open = run.view.open.get(client);
  return open?.task.id === task ? open : null;
}

/** A client says that its answer is there. */
export function answerSubmitted(
  desk: IntakeDesk,
  client: ClientId,
  { task, submission }: ToServer & { readonly kind: "submitted" },
): void {
  const { submitted, clock, seats } = desk;
  // Said again while it is dealt with, it is answered with the first.
  if (submitted.get(client)?.task === task) return;
  const own: Submitted = { task, since: clock.steady() };
  submitted.set(client, own);
  const isDone = (): void => {
    if (submitted.get(client) === own) submitted.delete(client);
  };
  const work = async (): Promise<void> => {
    try {
      if (!(await takeIn(desk, { client, task }, submission))) isDone();
    } catch {
      isDone();
      // What went wrong may go well when it is said again, over a new connection.
      seats.get(client)?.line.close();
    }
  };
  void work();
}

/** A client is told what became of its answer. */
export function noteAcknowledged(
  { clock, onAcknowledged }: { readonly clock: HostClock; readonly onAcknowledged: (seconds: Seconds) => void },
  submitted: IntakeDesk["submitted"],
  { client, task }: Answer,
): void {
  const waiting = submitted.get(client);
  if (waiting?.task !== task) return;
  submitted.delete(client);
  onAcknowledged(clock.steady() - waiting.since);
}

interface Answer {
  readonly client: ClientId;
  readonly task: TaskId;
}

/** Keeps an answer for good and tells the run of it; false where that is not told, so that nothing will be heard from there. */
async function takeIn(desk: IntakeDesk, { client, task }: Answer, submission: Submission): Promise<boolean> {
  const { run, uploads, seats } = desk;
  const { payload: name, ...update } = submission;
  const isOpen = (): boolean => openTask(desk, client, task) !== null;
  // Nothing is added to an upload while it is looked at, nor to a file that was taken out of the uploads.
  const found = isOpen() ? await uploads.whileClosed(task, async () => keep(desk, task, name)) : null;
  if (found === null || !isOpen()) {
    const last = run.view.answers.get(client);
    sayTo(seats, client, acknowledgement(last?.task === task ? last : lateAnswer(task)));
    return false;
  }
  if ("defect" in found) {
    await refuseTorn(desk, { client, task }, found.defect);
    return false;
  }
  run.happened({ kind: "transferred", client, task, direction: "up", bytes: name.bytes, complete: true });
  run.happened({ kind: "update", client, task, update: { ...update, payload: found.kept } });
  return true;
}

/** Keeps what has arrived of an answer, or says why it is not what it is said to be. */
async function keep(
  { uploads, blobs }: IntakeDesk,
  task: TaskId,
  name: BlobName,
): Promise<{ readonly kept: Payload } | { readonly defect: string }> {
  const defect = await uploads.defect(task, name);
  if (defect !== null) return { defect };
  if (name.bytes <= MAX_JOURNALED_BYTES) return { kept: await uploads.read(task) };
  await blobs.adopt(uploads.fileOf(task), name);
  return { kept: name };
}

/**
 * An upload is not what it is said to be, most probably torn on its way: the task is given to its client again, which uploads its answer from the first
 * byte on. One that is not in the end either has failed.
 */
async function refuseTorn(desk: IntakeDesk, { client, task }: Answer, defect: string): Promise<void> {
  const { run, uploads, torn, seats } = desk;
  desk.onMismatch();
  const before = torn.get(client);
  const times = before?.task === task ? before.times + 1 : 1;
  torn.set(client, { task, times });
  await uploads.forget(task);
  desk.onBadAnswer(client);
  const open = openTask(desk, client, task);
  if (open !== null && times < MOST_TORN) return sayTo(seats, client, { kind: "assign", task: open.task });
  const detail = `the upload is not what it is said to be: ${defect}`;
  sayTo(seats, client, acknowledgement({ task, outcome: "invalid", detail }));
  run.happened({ kind: "failed", client, task, reason: detail });
}
