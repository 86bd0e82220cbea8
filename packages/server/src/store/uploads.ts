/**
 * Uploads that are under way: the bytes of an answer that have arrived, a file for each task, kept over restarts.
 *
 * @module
 */
import type { TaskId } from "@potluck/core";
import type { BlobName } from "@potluck/protocol";
import { createHash, type Hash } from "node:crypto";
import { createWriteStream, type WriteStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hashOf, isFull, makeFolder, sizeOf } from "./files.ts";

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
  /**
   * Does work while nothing is added: an append that is under way is cut off first, and none begins before the work is done. What is looked at, kept or
   * removed within it is what there is.
   */
  readonly whileClosed: <Result>(task: TaskId, work: () => Promise<Result>) => Promise<Result>;
  /** Why what has arrived of an answer is not what its name says, in words; null where it is. */
  readonly defect: (task: TaskId, name: BlobName) => Promise<string | null>;
  /** What has arrived of an answer. */
  readonly read: (task: TaskId) => Promise<Uint8Array>;
  /** Whether some of an answer has come in since this was opened, and it is not dealt with yet. */
  readonly isUnderWay: (task: TaskId) => boolean;
  readonly fileOf: (task: TaskId) => string;
  /** Cuts off what is under way of an answer, and removes what has arrived. */
  readonly forget: (task: TaskId) => Promise<void>;
  /** Cuts off everything that is under way. What has arrived stays. */
  readonly cutOff: () => void;
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

/** What was made of the bytes of an upload while they arrived, so that they need not be read again. */
interface Hashed {
  readonly hash: Hash;
  bytes: number;
}

/** An append that is under way. */
interface Appending {
  readonly cut: AbortController;
  /** Resolves when nothing more of it will be written. */
  readonly over: PromiseWithResolvers<null>;
}

/** The uploads in a folder, which is made if there is none. */
export function openUploads(folder: string): Uploads {
  makeFolder(folder);
  const fileOf = (task: TaskId): string => join(folder, `${task}.part`);
  const busy = new Map<TaskId, Appending>();
  const hashes = new Map<TaskId, Hashed>();
  const offset = async (task: TaskId): Promise<number> => sizeOf(fileOf(task));
  const { isClosed, whileClosed } = closings(busy);
  return {
    offset,
    append: async (task, body, { offset: from, most }) => {
      if (busy.has(task)) throw new UploadError("busy", "the same answer is being uploaded already");
      if (isClosed(task)) throw new UploadError("busy", "what has arrived of the answer is being looked at");
      const own: Appending = { cut: new AbortController(), over: Promise.withResolvers() };
      busy.set(task, own);
      try {
        const there = await offset(task);
        if (from !== there) throw new UploadError("offset", `${there} bytes are there, not ${from}`);
        const hashed = hashedFrom(hashes, task, from);
        await write(body, passed(most - there, hashed), writer(fileOf(task), busy.size), own.cut.signal);
        return await offset(task);
      } catch (error) {
        if (isFull(error)) throw new UploadError("full", "there is no room for it; try again later");
        throw error;
      } finally {
        busy.delete(task);
        own.over.resolve(null);
      }
    },
    whileClosed,
    defect: async (task, { sha256, bytes }) => {
      const size = await offset(task);
      if (size !== bytes) return `it has ${size} bytes, not ${bytes}`;
      const hashed = hashes.get(task);
      // What was hashed on its way is what is there, unless a stream broke off behind it.
      const found = hashed?.bytes === size ? hashed.hash.copy().digest("hex") : await hashOf(fileOf(task));
      return found === sha256 ? null : "its SHA-256 is another";
    },
    read: async (task) => readFile(fileOf(task)),
    isUnderWay: (task) => busy.has(task) || hashes.has(task),
    fileOf,
    forget: async (task) =>
      whileClosed(task, async () => {
        hashes.delete(task);
        await rm(fileOf(task), { force: true });
      }),
    cutOff: () => {
      for (const { cut } of busy.values()) cut.abort();
    },
  };
}

/** What keeps uploads closed for a while, also where one closing begins before another has ended. */
function closings(busy: ReadonlyMap<TaskId, Appending>): Pick<Uploads, "whileClosed"> & {
  readonly isClosed: (task: TaskId) => boolean;
} {
  const closed = new Map<TaskId, number>();
  const note = (task: TaskId, change: number): void => {
    const count = (closed.get(task) ?? 0) + change;
    if (count > 0) closed.set(task, count);
    else closed.delete(task);
  };
  return {
    isClosed: (task) => closed.has(task),
    whileClosed: async (task, work) => {
      note(task, 1);
      try {
        const appending = busy.get(task);
        appending?.cut.abort();
        await appending?.over.promise;
        return await work();
      } finally {
        note(task, -1);
      }
    },
  };
}

/** Writes a stream into a file. However that ends, the file is closed by then. */
async function write(
  body: Readable,
  pass: ReturnType<typeof passed>,
  file: WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    file.once("close", resolve);
  });
  try {
    await pipeline(body, pass, file, { signal });
  } catch (error) {
    body.destroy();
    file.destroy();
    throw error;
  } finally {
    await closed;
  }
}

/** Bytes that wait for the disk while it takes those before them, so that they are written together: of an upload, and of all of a run. */
const MOST_WAITING = 1 << 20;
const LEAST_WAITING = 1 << 16;
const ALL_WAITING = 1 << 26;

/** Writes behind what a file holds, while so many are written. */
function writer(file: string, uploads: number): WriteStream {
  const highWaterMark = Math.min(MOST_WAITING, Math.max(LEAST_WAITING, Math.floor(ALL_WAITING / uploads)));
  return createWriteStream(file, { flags: "a", highWaterMark });
}

/** What goes on from the bytes so far, and is remembered; null where they are not known. */
function hashedFrom(hashes: Map<TaskId, Hashed>, task: TaskId, from: number): Hashed | null {
  const before = from === 0 ? { hash: createHash("sha256"), bytes: 0 } : hashes.get(task);
  hashes.delete(task);
  if (before?.bytes !== from) return null;
  hashes.set(task, before);
  return before;
}

/** Passes bytes on and hashes them, and breaks off where they become more than `most`. */
function passed(
  most: number,
  hashed: Hashed | null,
): (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* pass(source) {
    let bytes = 0;
    for await (const piece of source) {
      bytes += piece.length;
      if (bytes > most) throw new UploadError("length", `more than the ${most} bytes that are allowed`);
      if (hashed !== null) {
        hashed.hash.update(piece);
        hashed.bytes += piece.length;
      }
      yield piece;
    }
  };
}
