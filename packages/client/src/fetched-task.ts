/**
 * A task as it came over the wire, with the vectors that it names.
 *
 * A model may come as its changes since another one. They are taken where that one is remembered, and what comes of them is held against the SHA-256 of the model: so
 * it is the same whichever way it came.
 *
 * @module
 */
import {
  broughtUp,
  type ClientId,
  type GradientTask,
  type Layout,
  type Task,
  type TaskDownload,
  type TrainingTask,
  type VectorKernels,
} from "@potluck/core";
import { codecOf } from "@potluck/engine";
import type { BlobName, WireGradientTask, WireTask, WireTrainingTask } from "@potluck/protocol";
import { sha256Of, type Transfers } from "./transfers.ts";

/** Who fetches, and how. */
export interface Fetching {
  readonly client: ClientId;
  readonly transfers: Transfers;
  readonly signal: AbortSignal;
  /** Of the model. */
  readonly layout: Layout;
  readonly kernels: VectorKernels;
}

/** Fetches bytes, and counts them as those of the task. */
type BytesOf = (name: BlobName) => Promise<Uint8Array<ArrayBuffer>>;

/** A task with its vectors, and the bytes that they take. Rejects with TransferError. */
export async function fetchedTask(
  fetching: Fetching,
  wire: WireTask,
): Promise<{ readonly task: Task; readonly bytes: number }> {
  const { client, transfers, signal } = fetching;
  const names = new Map<string, number>();
  const bytesOf: BytesOf = async (name) => {
    names.set(name.sha256, name.bytes);
    return transfers.fetch(name, signal);
  };
  const task =
    "solver" in wire ? await trainingTask(fetching, wire, bytesOf) : await gradientTask(client, wire, bytesOf);
  return { task, bytes: [...names.values()].reduce((sum, own) => sum + own, 0) };
}

async function trainingTask(fetching: Fetching, wire: WireTrainingTask, bytesOf: BytesOf): Promise<TrainingTask> {
  const { id, version, upload, key, solver, work, feedback, mean, steepness } = wire;
  const changed = await byChanges(fetching, wire, bytesOf);
  return {
    id,
    client: fetching.client,
    version,
    upload,
    key,
    solver,
    work,
    feedback,
    ...(steepness !== undefined && { steepness }),
    download: changed?.download ?? null,
    params: changed?.params ?? floatsOf(await bytesOf(wire.params)),
    mean: mean === null ? null : floatsOf(await bytesOf(mean)),
  };
}

/**
 * The parameters of a task, by the changes to those of another version; null where there are none, where that version is not remembered, and where
 * something else comes of them than the task is about.
 */
async function byChanges(
  { transfers, layout, kernels }: Fetching,
  { params: name, changes }: Pick<WireTrainingTask, "params" | "changes">,
  bytesOf: BytesOf,
): Promise<{ readonly params: Float32Array; readonly download: TaskDownload } | null> {
  if (changes?.from === undefined || changes.key === undefined) return null;
  const { held, from, key } = changes;
  const known = await transfers.known(from);
  if (known === null) return null;
  const messages: Uint8Array[] = [];
  for (const message of changes.messages) messages.push(await bytesOf(message));
  const leading = { codec: codecOf(changes.codec), key, version: held, messages };
  const params = broughtUp(floatsOf(known), leading, { layout, kernels });
  if (params === null) return null;
  const bytes = Uint8Array.from(new Uint8Array(params.buffer, params.byteOffset, params.byteLength));
  if ((await sha256Of(bytes)) !== name.sha256) return null;
  await transfers.keep(name, bytes);
  return { params, download: { held, bytes: messages.reduce((sum, { length }) => sum + length, 0) } };
}

function floatsOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Float32Array {
  return new Float32Array(buffer, byteOffset, Math.floor(byteLength / Float32Array.BYTES_PER_ELEMENT));
}

async function gradientTask(client: ClientId, wire: WireGradientTask, bytesOf: BytesOf): Promise<GradientTask> {
  const { id, version, upload, key, round } = wire;
  const gradients = await Promise.all(
    wire.gradients.map(async ({ params, ...request }) => ({ ...request, params: floatsOf(await bytesOf(params)) })),
  );
  return { id, client, version, upload, key, round, gradients, params: floatsOf(await bytesOf(wire.params)) };
}
