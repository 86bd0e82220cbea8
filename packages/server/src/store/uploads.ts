/**
 * Uploads that are under way: the bytes of an answer that have arrived, a file for each task, kept over restarts.
 *
 * @module
 */
import type { TaskId } from "@potluck/core";
import { createWriteStream, mkdirSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Uploads of a run. */
export interface Uploads {
  /** How many bytes of an answer are there. */
  readonly offset: (task: TaskId) => Promise<number>;
  /**
   * Adds the bytes of a stream behind the first `offset`, of which no more than `most` may be there in the end. What came before a
   * stream that breaks off stays. Rejects with the error of the stream, or UploadError.
   */
  readonly append: (
    task: TaskId,
    body: Readable,
    range: { readonly offset: number; readonly most: number },
  ) => Promise<number>;
  readonly fileOf: (task: TaskId) => string;
  readonly forget: (task: TaskId) => Promise<void>;
}

/** Bytes that do not belong behind those that are there. */
export class UploadError extends Error {
  override readonly name = "UploadError";
  readonly problem: "offset" | "length" | "busy" | "full";

  constructor(problem: UploadError["problem"], message: string) {
    super(message);
    this.problem = problem;
  }
}

/** The uploads in a folder, which is made if there is none. */
export function openUploads(folder: string): Uploads {
  mkdirSync(folder, { recursive: true });
  const fileOf = (task: TaskId): string => join(folder, `${task}.part`);
  const busy = new Set<TaskId>();
  const offset = async (task: TaskId): Promise<number> => {
    try {
      return (await stat(fileOf(task))).size;
    } catch {
      return 0;
    }
  };
  return {
    offset,
    append: async (task, body, { offset: from, most }) => {
      if (busy.has(task)) throw new UploadError("busy", "the same answer is being uploaded already");
      busy.add(task);
      try {
        const there = await offset(task);
        if (from !== there) throw new UploadError("offset", `${there} bytes are there, not ${from}`);
        await pipeline(body, limited(most - there), createWriteStream(fileOf(task), { flags: "a" }));
        return await offset(task);
      } catch (error) {
        if (isFull(error)) throw new UploadError("full", "there is no room for it; try again later");
        throw error;
      } finally {
        busy.delete(task);
      }
    },
    fileOf,
    forget: async (task) => rm(fileOf(task), { force: true }),
  };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** Passes bytes on, and breaks off where they become more than `most`. */
function limited(most: number): (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* pass(source) {
    let passed = 0;
    for await (const piece of source) {
      passed += piece.length;
      if (passed > most) throw new UploadError("length", `more than the ${most} bytes that are allowed`);
      yield piece;
    }
  };
}
