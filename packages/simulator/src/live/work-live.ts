/**
 * The worker of a live run: it trains for real, and takes as long as the device that the fleet gives it would: where the machine
 * computes faster than the device, the answer is held back; where it is slower, the machine's time counts.
 *
 * @module
 */
import { bytesDown, type ClientId, type Key, present, type Seconds, type TaskId, type Update } from "@potluck/core";
import type { Answer, Failure } from "@potluck/engine";
import { crewOf, DEVICE_FAILED, type Work } from "../run/crew.ts";
import { setStage, type StageRequest } from "@potluck/scenario";
import { BEAT_SECONDS, type FromWorker, type LiveClock, type ToWorker } from "./messages.ts";

/** How to work. */
export interface WorkerOptions extends StageRequest {
  readonly client: ClientId;
  readonly clock: LiveClock;
  /** A secret that nobody else knows, another at each call. */
  readonly secret: () => Key;
  readonly send: (message: FromWorker) => void;
}

/** A worker that is ready. */
export interface LiveWorker {
  /** Hears what the coordinator says. */
  readonly hear: (message: ToWorker) => void;
  readonly close: () => Promise<void>;
}

/** Loads the data and says that it is ready. Throws the faults of the scenario's parts. */
export async function workLive(options: WorkerOptions): Promise<LiveWorker> {
  const stage = await setStage(options, 1);
  const crew = crewOf(stage, { secretFor: options.secret });
  const desk: Desk = { ...options, crew };
  options.send({ kind: "ready" });
  const stopBeating = beat(options);
  return {
    hear: (message) => {
      if (message.kind === "assign") void carryOut(desk, message);
      else if (message.kind === "recall") crew.end(message.task);
      else crew.refused(message.task);
    },
    close: async () => {
      stopBeating();
      for (const { task } of crew.works()) crew.end(task.id);
      await stage.training.pool.close();
    },
  };
}

/** Says again and again that it is alive, until the function that it returns is called. */
function beat({ clock, send }: Pick<WorkerOptions, "clock" | "send">): () => void {
  let cancel = clock.after(BEAT_SECONDS, again);
  function again(): void {
    send({ kind: "alive" });
    cancel = clock.after(BEAT_SECONDS, again);
  }
  return () => cancel();
}

interface Desk extends Pick<WorkerOptions, "clock" | "send"> {
  readonly crew: ReturnType<typeof crewOf>;
}

type Assignment = ToWorker & { readonly kind: "assign" };

/** Does a task, each step of it no sooner than its device would. Never rejects: what goes wrong is told as a failure. */
async function carryOut(desk: Desk, { task, turn, at }: Assignment): Promise<void> {
  const { crew, clock, send } = desk;
  const began = clock.now();
  const work = crew.begin(task, { assignedAt: at, turn });
  const { device, course } = work;
  const bytes = bytesDown(task, task.params.byteLength);
  const isWanted = (): boolean => crew.at(task.id) === work;
  try {
    await until(clock, began + course.downLatencySeconds + bytes / device.downloadBytesPerSecond);
    if (!isWanted()) return;
    send({ kind: "received", task: task.id, bytes });
    const received = clock.now();
    if (course.mishap !== null) return await comeToGrief(desk, work, received);
    const answer = await crew.answer(work);
    await until(clock, received + course.computeSeconds);
    if (!isWanted()) return;
    if ("reason" in answer) return fail(desk, task.id, answer);
    const computed = clock.now();
    await until(clock, computed + course.upLatencySeconds + answer.bytes / device.uploadBytesPerSecond);
    if (!isWanted()) return;
    work.answer = answer;
    crew.arrived(work);
    send({ kind: "answer", task: task.id, update: updateOf(answer, { began, received, computed, sent: clock.now() }) });
  } catch (error) {
    if (!isWanted()) return;
    fail(desk, task.id, { reason: messageOf(error), remedy: "Run it again; if it remains, please report it." });
  }
}

/** The device fails, and says so; or it is silent for a while. */
async function comeToGrief(desk: Desk, { task, device, course }: Work, received: Seconds): Promise<void> {
  const { crew, clock, send } = desk;
  const { kind, afterSeconds } = present(course.mishap, "a mishap");
  await until(clock, received + afterSeconds);
  const isWanted = crew.at(task.id) !== undefined;
  if (kind === "failure") {
    if (isWanted) fail(desk, task.id, DEVICE_FAILED);
    return;
  }
  crew.end(task.id);
  await until(clock, clock.now() + device.restartSeconds);
  send({ kind: "ready" });
}

function fail({ crew, send }: Desk, task: TaskId, failure: Failure): void {
  crew.end(task);
  send({ kind: "failed", task, ...failure });
}

interface Instants {
  readonly began: Seconds;
  readonly received: Seconds;
  readonly computed: Seconds;
  readonly sent: Seconds;
}

function updateOf({ update }: Answer, { began, received, computed, sent }: Instants): Update {
  const spent = {
    downloadSeconds: received - began,
    computeSeconds: computed - received,
    uploadSeconds: sent - computed,
  };
  return { ...update, spent };
}

/** Resolves at an instant, or at once if it is over. */
async function until(clock: LiveClock, instant: Seconds): Promise<void> {
  const left = instant - clock.now();
  if (left > 0) {
    await new Promise<void>((resolve) => {
      clock.after(left, resolve);
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
