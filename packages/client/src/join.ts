/**
 * Joins a run: trains on this device's own data for as long as the run, or its owner, wants. Data never leave the device: what is sent is
 * what training made of a model.
 *
 * @module
 */
import type { Dataset, Seconds } from "@potluck/core";
import { createPool, type TrainingPool } from "@potluck/engine";
import type { ToClient } from "@potluck/protocol";
import { connect, type Connection } from "./connection.ts";
import { type DeviceKey, newDeviceKey } from "./device-key.ts";
import { jobIn } from "./job.ts";
import type { Pace } from "./pace.ts";
import { TransferError, transfersWith, type Transfers } from "./transfers.ts";
import { type Worker, workerOf } from "./worker.ts";

/** The examples of a device. */
export interface LocalData {
  readonly dataset: Dataset;
  /** Those of its training examples that are the device's; all by default. */
  readonly rows?: Uint32Array;
}

/** How to join. */
export interface JoinOptions {
  /** Where the coordinator is: "https://…". */
  readonly url: string;
  readonly data: LocalData;
  /** Who the device is; somebody new by default. */
  readonly key?: DeviceKey;
  /** What lets a new device in. */
  readonly token?: string;
  /** The run to join, where there are several. */
  readonly run?: string;
  /** What kind of device it is, for reports. */
  readonly tier?: string;
  /** Holds it back, for rehearsals; by default nothing does. */
  readonly pace?: Pace;
  /** Hears of what it is at. */
  readonly onState?: (state: ParticipantState) => void;
}

/** What a participant is at. */
export type ParticipantState = "connecting" | "waiting" | "training" | "ended";

/** A device that takes part. */
export interface Participation {
  /** Resolves when it has ended, with why: what the coordinator said, or null where the device has left. */
  readonly ended: Promise<string | null>;
  /** Leaves politely. */
  readonly leave: () => Promise<void>;
}

interface Visit {
  readonly options: JoinOptions;
  readonly transfers: Transfers;
  readonly connection: () => Connection;
  readonly tell: (state: ParticipantState) => void;
  session: string;
  worker: Worker | null;
  pool: TrainingPool | null;
  /** What was said, in order. */
  queue: Promise<void>;
}

const SOFTWARE = "potluck 0.1.0";

/** Joins. Rejects where there are no examples. */
export async function join(options: JoinOptions): Promise<Participation> {
  const { url, token = "", run = "", tier = "device", data, onState } = options;
  const key = options.key ?? (await newDeviceKey());
  const examples = rowsOf(data).length;
  const visit: Visit = {
    options,
    transfers: transfersWith(url, () => visit.session),
    connection: () => connection,
    tell: (state) => onState?.(state),
    session: "",
    worker: null,
    pool: null,
    queue: Promise.resolve(),
  };
  const measured = { flopsPerSecond: null, uploadBytesPerSecond: null, downloadBytesPerSecond: null };
  const connection = connect({
    url,
    key,
    token,
    run,
    software: SOFTWARE,
    profile: { examples, tier, ...measured },
    openTasks: () => visit.worker?.open() ?? [],
    onConnected: (isConnected) => visit.tell(isConnected ? "waiting" : "connecting"),
    onMessage: (message) => {
      visit.queue = heardAfter(visit.queue, visit, message);
    },
  });
  visit.tell("connecting");
  const ended = endOf(visit, connection);
  return {
    ended,
    leave: async () => {
      connection.say({ kind: "leaving" });
      connection.close();
      await ended;
    },
  };
}

async function endOf(visit: Visit, connection: Connection): Promise<string | null> {
  const goodbye = await connection.ended;
  await visit.queue;
  visit.worker?.stop();
  await visit.pool?.close();
  visit.tell("ended");
  return goodbye?.detail ?? null;
}

/** Hears a message after those before. Where what it takes cannot be fetched, the connection is made again. */
async function heardAfter(before: Promise<void>, visit: Visit, message: ToClient): Promise<void> {
  await before;
  try {
    await hear(visit, message);
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    visit.connection().again();
  }
}

async function hear(visit: Visit, message: ToClient): Promise<void> {
  switch (message.kind) {
    case "welcome":
      visit.session = message.session;
      visit.worker ??= await workerFor(visit, message);
      return visit.worker.resume(message.openTasks);
    case "assign":
      visit.tell("training");
      return visit.worker?.assign(message.task);
    case "recall":
      return visit.worker?.recall(message.task);
    case "acknowledged":
      visit.tell("waiting");
      return visit.worker?.acknowledged(message.task, message.outcome === "accepted");
    case "challenge":
    case "heartbeat":
    case "goodbye":
      return;
  }
}

/** Loads the model and gets ready to train. */
async function workerFor(visit: Visit, { client, job }: ToClient & { readonly kind: "welcome" }): Promise<Worker> {
  const { transfers, options } = visit;
  const never = new AbortController().signal;
  const description = jobIn(new TextDecoder().decode(await transfers.fetch(job, never)));
  const model = await transfers.fetch(description.model, never);
  const { dataset } = options.data;
  const pool = await createPool({ workers: 1, model, dataset, objective: description.objective });
  visit.pool = pool;
  return workerOf({
    client,
    pool,
    rows: rowsOf(options.data),
    transfers,
    say: (message) => visit.connection().say(message),
    now: (): Seconds => performance.now() / 1000,
    pace: options.pace,
  });
}

function rowsOf({ dataset, rows }: LocalData): Uint32Array {
  return rows ?? Uint32Array.from({ length: dataset.train.count }, (_, row) => row);
}
