/**
 * Tasks for the wire: their vectors are kept as blobs, each written once.
 *
 * Where the changes to a model are fewer bytes than the model, a task names both: who has the version that they lead on from fetches them, and whoever
 * else the model.
 *
 * @module
 */
import { isTraining, type Task, type TrainingTask } from "@potluck/core";
import type { BlobName, WireChanges, WireTask } from "@potluck/protocol";
import type { Blobs } from "../../store/blobs.ts";

/** Makes a task fit for the wire. */
export type TaskWriter = (task: Task) => Promise<WireTask>;

type Bytes = Float32Array | Uint8Array;

/** Writes the vectors of tasks into `blobs`. */
export function taskWriter(blobs: Blobs): TaskWriter {
  const known = new WeakMap<Bytes, Promise<BlobName>>();
  /** The parameters of each version that a task of training was written of. */
  const models = new Map<number, BlobName>();
  const nameOf = async (vector: Bytes): Promise<BlobName> => {
    const name = known.get(vector) ?? blobs.put(bytesOf(vector));
    known.set(vector, name);
    return name;
  };
  const changesOf = async ({ download }: TrainingTask): Promise<WireChanges | null> => {
    const { held = null, changes } = download ?? {};
    const from = held === null ? undefined : models.get(held);
    if (held === null || changes === undefined || from === undefined) return null;
    const messages = await Promise.all(changes.messages.map(nameOf));
    return { held, codec: changes.codec, key: changes.key, from, messages };
  };
  return async (task) => {
    const { id, version, upload, key } = task;
    const common = { id, version, upload, key, params: await nameOf(task.params) };
    if (isTraining(task)) {
      const { solver, work, feedback, mean, steepness } = task;
      models.set(version, common.params);
      return {
        ...common,
        solver,
        work,
        feedback,
        mean: mean === null ? null : await nameOf(mean),
        changes: await changesOf(task),
        ...(steepness !== undefined && { steepness }),
      };
    }
    const gradients = await Promise.all(
      task.gradients.map(async ({ params, ...request }) => ({ ...request, params: await nameOf(params) })),
    );
    return { ...common, round: task.round, gradients };
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Bytes): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
