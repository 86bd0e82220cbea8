/**
 * A device's part in a run, from the first connection to the end.
 *
 * @module
 */
import { Fault, type Seconds } from "@potluck/core";
import { createPool, type Pace, type RuntimeOptions, type TrainingPool } from "@potluck/engine";
import type { ToClient } from "@potluck/protocol";
import { type BlobCache, memoryCache } from "./blob-cache.ts";
import type { Clock } from "./clock.ts";
import { connect, type Connection, type Goodbye } from "./connection.ts";
import type { DeviceKey } from "./device-key.ts";
import type { Gate } from "./gate.ts";
import { jobIn } from "./job.ts";
import { isForGood, type Obstacle, type Shortage, type Spent } from "./limits.ts";
import type { LocalData } from "./local-data.ts";
import type { Memory } from "./memory.ts";
import type { Speed } from "./speed.ts";
import type { ParticipantState } from "./state.ts";
import { TransferError, transfersWith, type Meter, type Transfers } from "./transfers.ts";
import { type Stage, type Worker, workerOf } from "./worker.ts";

/** What a visit rests on. */
export interface VisitOptions {
  readonly url: string;
  readonly token: string;
  readonly run: string;
  readonly tier: string;
  readonly data: Required<LocalData>;
  readonly key: DeviceKey;
  /** What trains; the usual if undefined. */
  readonly runtime: RuntimeOptions | undefined;
  readonly memory: Memory;
  /** For models. */
  readonly cache: BlobCache;
  readonly clock: Clock;
  readonly random: () => number;
  readonly gate: Gate;
  readonly pace: Pace;
  /** Every so many seconds it is written down how far a long task has come. */
  readonly checkpointSeconds: Seconds;
  readonly meter: Meter;
  readonly spent: () => Spent;
  readonly speed: () => Speed;
  /** Training began (null), or took so long and went through so many examples. */
  readonly onTraining: (seconds: Seconds | null, examples: number) => void;
  /** An answer counts. */
  readonly onAccepted: () => void;
  readonly tell: (state: ParticipantState) => void;
  /** Aborted when the device is to leave. */
  readonly leaving: AbortSignal;
}

/** Why a device takes part no longer: it left, the coordinator sent it home, or what its owner allowed is used up, or not enough for what comes next. */
export type Ending =
  | { readonly kind: "left" }
  | { readonly kind: "sent-home"; readonly code: string; readonly detail: string }
  | { readonly kind: "spent"; readonly obstacle: Obstacle; readonly shortage?: Shortage };

/** What is trained, and who trains it. */
interface Work {
  readonly id: string;
  readonly pool: TrainingPool;
  readonly worker: Worker;
}

interface Visit extends VisitOptions {
  /** For what is trained, which is the same whenever the device comes back. */
  readonly lasting: Transfers;
  /** For what changes from task to task: it is not worth being kept. */
  readonly transfers: Transfers;
  connection: Connection | null;
  /** Aborted when the connection is lost: what is fetched before any work begins waits for the next one. */
  link: AbortController;
  session: string;
  work: Work | null;
  /** What was said, in order. */
  queue: Promise<void>;
  /** Rejects with what cannot be mended. */
  readonly broken: PromiseWithResolvers<never>;
}

const SOFTWARE = "potluck 0.1.0";

/** Takes part until it has ended. Rejects with Fault "data-invalid" where the data do not fit the model, and with other faults. */
export async function takePart(options: VisitOptions): Promise<Ending> {
  const visit: Visit = {
    ...options,
    lasting: transfersWith({ ...options, session: () => visit.session }),
    transfers: transfersWith({ ...options, cache: memoryCache(), session: () => visit.session }),
    connection: null,
    link: new AbortController(),
    session: "",
    work: null,
    queue: Promise.resolve(),
    broken: Promise.withResolvers<never>(),
  };
  visit.broken.promise.catch(() => {});
  try {
    for (;;) {
      const obstacle = await visit.gate.opened(visit.leaving, (found) =>
        visit.tell({ kind: "resting", obstacle: found }),
      );
      if (visit.leaving.aborted) return { kind: "left" };
      if (obstacle !== null) return spentEnding(obstacle, visit.spent());
      const ending = await stay(visit);
      if (ending !== null) return ending;
    }
  } finally {
    visit.work?.worker.rest();
    await visit.work?.pool.close();
  }
}

/** Is connected for as long as it may be; null where that is over and it comes back when it may. */
async function stay(visit: Visit): Promise<Ending | null> {
  const over = new AbortController();
  const left = abortOf(visit.leaving, over.signal);
  visit.tell({ kind: "connecting", failures: 0 });
  const connection = connectionOf(visit);
  visit.connection = connection;
  try {
    const closed = visit.gate.closed(over.signal);
    const goodbye = await Promise.race([connection.ended, left, closed, visit.broken.promise]);
    if (goodbye !== null && typeof goodbye === "object") return sentHome(goodbye);
    connection.say({ kind: "leaving" });
    return visit.leaving.aborted ? { kind: "left" } : null;
  } catch (error) {
    connection.say({ kind: "leaving" });
    throw error;
  } finally {
    over.abort();
    connection.close();
    visit.connection = null;
    visit.session = "";
    await visit.queue;
    await stopWork(visit);
  }
}

/** Gives up what is not answered yet. Training that has begun ends with its pool: at once in a page, in Node when it is done. */
async function stopWork(visit: Visit): Promise<void> {
  if (visit.work === null || !visit.work.worker.rest()) return;
  const { pool } = visit.work;
  visit.work = null;
  await pool.close();
}

function spentEnding(obstacle: Obstacle, { shortage }: Spent): Ending {
  return { kind: "spent", obstacle, ...(obstacle === "bytes-short" && shortage !== null && { shortage }) };
}

function sentHome({ code, detail }: Goodbye): Ending {
  return { kind: "sent-home", code, detail };
}

function connectionOf(visit: Visit): Connection {
  const { url, key, token, run, tier, data, memory, speed, clock, random } = visit;
  return connect({
    url,
    key,
    token,
    run,
    clock,
    random,
    software: SOFTWARE,
    profile: () => ({
      examples: data.rows.length,
      tier,
      ...speed(),
    }),
    holds: memory.run,
    openTasks: () => visit.work?.worker.open() ?? waitingIn(memory),
    onLost: (failures) => {
      visit.link.abort();
      visit.link = new AbortController();
      visit.tell({ kind: "connecting", failures });
    },
    onMessage: (message) => {
      visit.queue = heardAfter(visit.queue, visit, { message, link: visit.link.signal });
    },
  });
}

function waitingIn(memory: Memory): ReturnType<Worker["open"]> {
  const waiting = memory.answered();
  return waiting === null ? [] : [waiting.task];
}

/** Something that was said, and what is aborted when the connection is lost over which it was. */
interface Said {
  readonly message: ToClient;
  readonly link: AbortSignal;
}

/**
 * Hears a message after those before. Where what it takes cannot be fetched, the connection is made again. Of what was said over one that
 * is lost meanwhile only what became of answers is heard: everything else is said again over the next.
 */
async function heardAfter(before: Promise<void>, visit: Visit, { message, link }: Said): Promise<void> {
  await before;
  if (link.aborted && message.kind !== "acknowledged") return;
  try {
    await hear(visit, message);
  } catch (error) {
    const obstacle = visit.gate.obstacle();
    if (visit.leaving.aborted || (obstacle !== null && isForGood(obstacle))) return;
    if (!(error instanceof TransferError)) return visit.broken.reject(error);
    if (link.aborted) return;
    if (error.isPassing) return visit.connection?.again();
    visit.broken.reject(unreachable(error));
  }
}

function unreachable({ message }: TransferError): Fault {
  return new Fault("connection-failed", message, "Use the same version of Potluck on both sides.");
}

async function hear(visit: Visit, message: ToClient): Promise<void> {
  switch (message.kind) {
    case "welcome":
      return welcome(visit, message);
    case "assign":
      return visit.work?.worker.assign(message.task);
    case "recall":
      return visit.work?.worker.recall(message.task);
    case "acknowledged":
      if (message.outcome === "accepted") visit.onAccepted();
      visit.tell({ kind: "answered", task: message.task, outcome: message.outcome });
      return visit.work?.worker.acknowledged(message.task, message.outcome === "accepted");
    case "challenge":
    case "heartbeat":
    case "goodbye":
      return;
  }
}

async function welcome(visit: Visit, message: ToClient & { readonly kind: "welcome" }): Promise<void> {
  visit.session = message.session;
  const { client, job, run = "" } = message;
  const id = JSON.stringify([run, client, job.sha256]);
  if (visit.work?.id !== id) {
    visit.work?.worker.rest();
    await visit.work?.pool.close();
    visit.work = null;
    await visit.memory.begin(runOf(message));
    visit.work = await workFor(visit, message, id);
  }
  visit.work.worker.resume(message.openTasks);
}

/** What the run is known by here: of a coordinator that does not say, by what is trained and the client's number. */
function runOf({ run, client, job }: ToClient & { readonly kind: "welcome" }): string {
  return run ?? `${job.sha256} ${client}`;
}

/** Loads the model and gets ready to train. */
async function workFor(
  visit: Visit,
  { client, job }: ToClient & { readonly kind: "welcome" },
  id: string,
): Promise<Work> {
  const { lasting, transfers, data, memory, clock, pace, checkpointSeconds, meter, leaving, link, runtime } = visit;
  const over = AbortSignal.any([leaving, link.signal]);
  const { model: name, objective, ...rest } = jobIn(new TextDecoder().decode(await lasting.fetch(job, over)));
  const model = await lasting.fetch(name, over);
  const pool = await createPool({ workers: 1, model, dataset: data.dataset, objective, ...(runtime && { runtime }) });
  visit.tell({ kind: "joined", client, job: rest.name, modelBytes: name.bytes });
  const worker = workerOf({
    client,
    pool,
    transfers,
    meter,
    memory,
    clock,
    pace,
    checkpointSeconds,
    rows: data.rows,
    say: (message) => visit.connection?.say(message),
    onStage: (stage, task) => {
      if (stage === "training") visit.onTraining(null, 0);
      visit.tell(stateAt(stage, task));
    },
    onTrained: visit.onTraining,
    onFailed: (task, reason) => {
      // What its owner's limits are the reason for is told as that.
      if (visit.gate.obstacle() === null) visit.tell({ kind: "failed", task, reason });
    },
    onBroken: () => visit.connection?.again(),
    onUnwritable: visit.broken.reject,
  });
  return { id, pool, worker };
}

function stateAt(stage: Stage, task: number): ParticipantState {
  return stage === "idle" ? { kind: "waiting" } : { kind: stage, task };
}

/** Resolves to null once the first signal is aborted, or the second. */
async function abortOf(first: AbortSignal, second: AbortSignal): Promise<null> {
  await new Promise<void>((resolve) => {
    for (const signal of [first, second]) {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    }
  });
  return null;
}
