/**
 * What a client is told with a task.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import { downloadFor, type Downloads } from "./downloads.ts";
import type { FederatedParts } from "./federated-parts.ts";
import type { ClientId, TaskId } from "./identity.ts";
import type { Memories } from "./memories.ts";
import { tell } from "./smoothness.ts";
import { taskKey, type TrainingTask, type Work } from "./task.ts";

/** A task that is to be assigned. */
interface Assigned {
  readonly id: TaskId;
  readonly client: ClientId;
  readonly work: Work;
  /** The model that it starts from, as clients have it. */
  readonly params: Float32Array;
  /** The run's key. */
  readonly key: Key;
}

/** What the server knows when it assigns. */
interface Known {
  readonly version: number;
  readonly downloads: Downloads | null;
  readonly memories: Memories | null;
}

/** The task, of the latest version. What a client is told of its loss is remembered until it answers. */
export function assignmentOf(
  { solver, upload, feedback, download: { changes } }: FederatedParts,
  { id, client, work, params, key }: Assigned,
  { version, downloads, memories }: Known,
): TrainingTask {
  const smoothness = memories?.smoothness ?? null;
  return {
    id,
    client,
    version,
    params,
    solver: solver.part,
    work,
    upload: upload.part,
    feedback: feedback.part,
    download:
      downloads === null || changes === null ? null : downloadFor(downloads, { client, codec: changes.part, key }),
    mean: memories?.mean ?? null,
    ...(smoothness !== null && { steepness: tell(smoothness, client) }),
    key: taskKey(key, id),
  };
}
