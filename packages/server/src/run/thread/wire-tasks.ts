/**
 * Tasks for the wire: their vectors are kept as blobs, each written once.
 *
 * @module
 */
import { isTraining, type Task } from "@potluck/core";
import type { BlobName, WireTask } from "@potluck/protocol";
import type { Blobs } from "../../store/blobs.ts";

/** Makes a task fit for the wire. */
export type TaskWriter = (task: Task) => Promise<WireTask>;

/** Writes the vectors of tasks into `blobs`. */
export function taskWriter(blobs: Blobs): TaskWriter {
  const known = new WeakMap<Float32Array, Promise<BlobName>>();
  const nameOf = async (vector: Float32Array): Promise<BlobName> => {
    const name = known.get(vector) ?? blobs.put(bytesOf(vector));
    known.set(vector, name);
    return name;
  };
  return async (task) => {
    const { id, version, upload, key } = task;
    const common = { id, version, upload, key, params: await nameOf(task.params) };
    if (isTraining(task)) {
      const { solver, work, feedback, mean, steepness } = task;
      return {
        ...common,
        solver,
        work,
        feedback,
        mean: mean === null ? null : await nameOf(mean),
        changes: null,
        ...(steepness !== undefined && { steepness }),
      };
    }
    const gradients = await Promise.all(
      task.gradients.map(async ({ params, ...request }) => ({ ...request, params: await nameOf(params) })),
    );
    return { ...common, round: task.round, gradients };
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
