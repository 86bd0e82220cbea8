/**
 * What a client does with a task: fetches what it sends down, trains on its own examples, sends the answer.
 *
 * @module
 */
import {
  type ClientId,
  type GradientTask,
  isTraining,
  type Kept,
  type Key,
  type Seconds,
  type Task,
  type TaskId,
  type TrainingTask,
} from "@potluck/core";
import { answerOf, type Keeping, keepingOf, loadOf, type Sending, type TrainingPool, trainTask } from "@potluck/engine";
import { loadKernels } from "@potluck/kernels";
import type { BlobName, ToServer, WireTask } from "@potluck/protocol";
import { type Pace, UNPACED } from "./pace.ts";
import { TransferError, type Transfers } from "./transfers.ts";

/** What a worker works with. */
export interface WorkerOptions {
  readonly client: ClientId;
  readonly pool: TrainingPool;
  /** The rows of the client in the dataset of the pool. */
  readonly rows: Uint32Array;
  readonly transfers: Transfers;
  /** Says something to the coordinator, now or when it is there again. */
  readonly say: (message: ToServer) => void;
  /** Seconds that never jump. */
  readonly now: () => Seconds;
  /** What it has kept from earlier tasks; null for nothing. */
  readonly kept?: Kept | null;
  readonly pace?: Pace | undefined;
}

/** A worker. */
export interface Worker {
  readonly assign: (task: WireTask) => void;
  readonly recall: (task: TaskId) => void;
  /** The coordinator has dealt with an answer; `isTaken` where it counts. */
  readonly acknowledged: (task: TaskId, isTaken: boolean) => void;
  /** Tasks that are not done, or whose answers are not acknowledged. */
  readonly open: () => readonly TaskId[];
  /** The connection is there again: answers that were sent and not acknowledged are said again. */
  readonly resume: (wanted: readonly TaskId[]) => void;
  readonly stop: () => void;
}

interface Job {
  readonly wire: WireTask;
  readonly cancel: AbortController;
  /** What was said last of it, once its answer is up. */
  submitted: ToServer | null;
}

/** A worker that has nothing to do yet. */
export function workerOf(options: WorkerOptions): Worker {
  const { client, pool, kept = null } = options;
  const keeping = keepingOf(new Map(kept === null ? [] : [[client, kept]]), pool.trained);
  const sending = { layout: pool.layout, kernels: loadKernels(), secretFor };
  const jobs = new Map<TaskId, Job>();
  const drop = (task: TaskId): void => {
    jobs.get(task)?.cancel.abort();
    jobs.delete(task);
  };
  const begin = (wire: WireTask): void => {
    if (jobs.has(wire.id)) return;
    const job: Job = { wire, cancel: new AbortController(), submitted: null };
    jobs.set(wire.id, job);
    void carryOut(options, { keeping, sending }, job).catch((error: unknown) => {
      if (jobs.get(wire.id) !== job) return;
      jobs.delete(wire.id);
      // What broke off with the connection is begun anew when the coordinator gives it again.
      if (error instanceof TransferError && error.isPassing) return;
      options.say({ kind: "failed", task: wire.id, reason: messageOf(error) });
    });
  };
  return {
    assign: begin,
    recall: drop,
    acknowledged: (task, isTaken) => {
      if (!isTaken) keeping.undo(task);
      jobs.delete(task);
    },
    open: () => [...jobs.keys()],
    resume: (wanted) => {
      for (const [task, { submitted }] of jobs) {
        if (submitted !== null) options.say(submitted);
        else if (!wanted.includes(task)) drop(task);
      }
    },
    stop: () => {
      for (const task of jobs.keys()) drop(task);
    },
  };
}

/** A secret that nobody else knows. */
function secretFor(): Key {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return { high, low };
}

interface Means {
  readonly keeping: Keeping;
  readonly sending: Sending;
}

async function carryOut(options: WorkerOptions, { keeping, sending }: Means, job: Job): Promise<void> {
  const { pool, rows, say, transfers, now, pace = UNPACED } = options;
  const { signal } = job.cancel;
  const began = now();
  const { task, bytes } = await fetched(options, job.wire, signal);
  const paced = pace.begin(task, began);
  await paced.received();
  if (signal.aborted) return;
  say({ kind: "received", task: task.id, bytes });
  const received = now();
  const provision = isTraining(task) ? keeping.for(task) : null;
  const [outcome] = await Promise.all([trainTask({ pool, task, rows, provision, signal }), paced.computed()]);
  if (signal.aborted) return;
  const answer = answerOf({ task, load: loadOf(task, rows.length), provision }, outcome, sending);
  if ("reason" in answer) throw new Error(answer.reason);
  const computed = now();
  const { payload: encoded, remembered = 0, ...update } = answer.update;
  const payload = await transfers.upload(task.id, Uint8Array.from(encoded), signal);
  await paced.sent(encoded.byteLength);
  if (signal.aborted) return;
  if (isTraining(task)) keeping.keep(task, answer.kept);
  const spent = {
    downloadSeconds: received - began,
    computeSeconds: computed - received,
    uploadSeconds: now() - computed,
  };
  job.submitted = { kind: "submitted", task: task.id, submission: { ...update, remembered, payload, spent } };
  say(job.submitted);
}

/** A task with its vectors, and the bytes that they take. */
async function fetched(
  { client, transfers }: WorkerOptions,
  wire: WireTask,
  signal: AbortSignal,
): Promise<{ readonly task: Task; readonly bytes: number }> {
  const names = new Map<string, number>();
  const vectorOf = async (name: BlobName): Promise<Float32Array> => {
    names.set(name.sha256, name.bytes);
    const { buffer, byteOffset, byteLength } = await transfers.fetch(name, signal);
    return new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
  };
  const task =
    "solver" in wire ? await trainingTask(client, wire, vectorOf) : await gradientTask(client, wire, vectorOf);
  return { task, bytes: [...names.values()].reduce((sum, own) => sum + own, 0) };
}

type VectorOf = (name: BlobName) => Promise<Float32Array>;

async function trainingTask(
  client: ClientId,
  wire: Extract<WireTask, { readonly solver: unknown }>,
  vectorOf: VectorOf,
): Promise<TrainingTask> {
  const { id, version, upload, key, solver, work, feedback, mean, steepness } = wire;
  return {
    id,
    client,
    version,
    upload,
    key,
    solver,
    work,
    feedback,
    ...(steepness !== undefined && { steepness }),
    download: null,
    params: await vectorOf(wire.params),
    mean: mean === null ? null : await vectorOf(mean),
  };
}

async function gradientTask(
  client: ClientId,
  wire: Extract<WireTask, { readonly round: number }>,
  vectorOf: VectorOf,
): Promise<GradientTask> {
  const { id, version, upload, key, round } = wire;
  const gradients = await Promise.all(
    wire.gradients.map(async ({ params, ...request }) => ({ ...request, params: await vectorOf(params) })),
  );
  return { id, client, version, upload, key, round, gradients, params: await vectorOf(wire.params) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
