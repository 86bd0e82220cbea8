/**
 * A task, trained for real on the examples of a client, and the answer to it.
 *
 * @module
 */
import {
  chosenWork,
  codecFor,
  Fault,
  invariant,
  isTraining,
  type Kept,
  type Key,
  type Layout,
  type Sent,
  type Task,
  type Update,
  uploadKey,
  type VectorKernels,
  withSecret,
} from "@potluck/core";
import type { TrainingPool, TrainingResult } from "../pool/jobs.ts";
import type { Checkpoints } from "../pool/parts.ts";
import type { Provision } from "./keeping.ts";
import type { Load } from "./load.ts";
import { codecOf } from "./made-once.ts";

/** Why there is no update, and what to do about it. */
export interface Failure {
  readonly reason: string;
  readonly remedy: string;
}

/** What training gives: parameters, or gradients one after another. */
type Result = Pick<TrainingResult, "params" | "meanLoss" | "steps">;

/** What came of training: the result, or why there is none. */
export type Outcome =
  | { readonly kind: "trained"; readonly result: Result }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "broken"; readonly error: unknown };

/** An update that is ready to be sent, the bytes that sending it takes, and what its client keeps once it has arrived. */
export interface Answer {
  readonly update: Omit<Update, "spent">;
  readonly bytes: number;
  readonly kept: Kept | null;
}

/** What a task is trained with. */
export interface TrainingRequest {
  readonly pool: TrainingPool;
  readonly task: Task;
  /** The rows of the client in the dataset of the pool. */
  readonly rows: Uint32Array;
  /** What its client has for it; null for tasks of gradients. */
  readonly provision: Provision | null;
  /** Calls it off. */
  readonly signal: AbortSignal;
  /** Where it can be gone on with if it is broken off; tasks of gradients are not. */
  readonly checkpoints?: Checkpoints | undefined;
}

/** Trains. Never rejects: a rejection that nobody waits for yet would end the process. */
export async function trainTask(request: TrainingRequest): Promise<Outcome> {
  try {
    return { kind: "trained", result: await resultOf(request) };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "training-failed") return { kind: "broken", error };
    return { kind: "failed", failure: { reason: error.message, remedy: error.remedy } };
  }
}

async function resultOf({ pool, task, rows, provision, signal, checkpoints }: TrainingRequest): Promise<Result> {
  if (isTraining(task)) {
    const { params, solver, key } = task;
    const drift = provision?.drift ?? null;
    const going = checkpoints === undefined ? {} : { checkpoints };
    return pool.train({ params, drift, solver, work: chosenWork(task), key, rows, signal, ...going });
  }
  const requests = task.gradients.map(({ params, chunks }) => ({
    params,
    chunks: chunks.map(({ from, to, coefficient }) => ({ rows: rows.subarray(from, to), coefficient })),
  }));
  const { vectors, loss, examples } = await pool.gradients({ requests, signal });
  return { params: vectors, meanLoss: examples === 0 ? 0 : loss / examples, steps: 1 };
}

/** What clients send with: secrets, and kernels, which are compiled once. */
export interface Sending {
  /** The secret that the answer to a task is encoded with. */
  readonly secretFor: (task: Task) => Key;
  readonly layout: Layout;
  readonly kernels: VectorKernels;
}

/** The answer to a task that was trained, or why there is none. Throws what should not happen. */
export function answerOf(
  { task, load, provision }: { readonly task: Task; readonly load: Load; readonly provision: Provision | null },
  outcome: Outcome,
  sending: Sending,
): Answer | Failure {
  if (outcome.kind === "broken") throw outcome.error;
  if (outcome.kind === "failed") return outcome.failure;
  const { params, meanLoss, steps } = outcome.result;
  invariant(steps === load.steps, `${load.steps} steps, got ${steps}`);
  const { payload, kept, ...said } = sent(task, { params, steps, provision }, sending);
  const update = { payload, ...said, examples: load.examples, steps, trainLoss: meanLoss };
  return { update, bytes: payload.byteLength, kept };
}

function sent(
  task: Task,
  { params, steps, provision }: Pick<Result, "params" | "steps"> & { readonly provision: Provision | null },
  { secretFor, kernels, layout }: Sending,
): Sent & { readonly remembered: number } {
  const { params: anchor, version } = task;
  const own = withSecret(codecOf(task.upload), secretFor(task));
  const codec = codecFor(own, { version, layout });
  const key = uploadKey(task.key);
  if (!isTraining(task) || provision === null) {
    return { payload: codec.encode(params, anchor, key, kernels), remembered: 0, kept: null };
  }
  const { feedback, kept, drift } = provision;
  const { mean, steepness = 1 } = task;
  const outgoing = { trained: params, anchor, version, steps, kept, mean, steepness, drift, codec, key, kernels };
  return { ...feedback.send(outgoing), remembered: kept?.messages ?? 0 };
}
