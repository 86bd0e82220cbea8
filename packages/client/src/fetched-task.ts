/**
 * A task as it came over the wire, with the vectors that it names.
 *
 * @module
 */
import type { ClientId, GradientTask, Task, TrainingTask } from "@potluck/core";
import type { BlobName, WireGradientTask, WireTask, WireTrainingTask } from "@potluck/protocol";
import type { Transfers } from "./transfers.ts";

/** Who fetches, and how. */
export interface Fetching {
  readonly client: ClientId;
  readonly transfers: Transfers;
  readonly signal: AbortSignal;
}

type VectorOf = (name: BlobName) => Promise<Float32Array>;

/** A task with its vectors, and the bytes that they take. Rejects with TransferError. */
export async function fetchedTask(
  { client, transfers, signal }: Fetching,
  wire: WireTask,
): Promise<{ readonly task: Task; readonly bytes: number }> {
  const names = new Map<string, number>();
  const vectorOf: VectorOf = async (name) => {
    names.set(name.sha256, name.bytes);
    const { buffer, byteOffset, byteLength } = await transfers.fetch(name, signal);
    return new Float32Array(buffer, byteOffset, Math.floor(byteLength / Float32Array.BYTES_PER_ELEMENT));
  };
  const task =
    "solver" in wire ? await trainingTask(client, wire, vectorOf) : await gradientTask(client, wire, vectorOf);
  return { task, bytes: [...names.values()].reduce((sum, own) => sum + own, 0) };
}

async function trainingTask(client: ClientId, wire: WireTrainingTask, vectorOf: VectorOf): Promise<TrainingTask> {
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

async function gradientTask(client: ClientId, wire: WireGradientTask, vectorOf: VectorOf): Promise<GradientTask> {
  const { id, version, upload, key, round } = wire;
  const gradients = await Promise.all(
    wire.gradients.map(async ({ params, ...request }) => ({ ...request, params: await vectorOf(params) })),
  );
  return { id, client, version, upload, key, round, gradients, params: await vectorOf(wire.params) };
}
