/**
 * Files: how large they are, what they hold, and how they come to stay.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/** SHA-256 of what a file holds, in hexadecimal. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Resolves when what was written to a file, or which files a folder has, is on the disk. */
export async function synchronise(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder, with those that it is in, unless it is there. Throws Fault "output-unwritable". */
export function makeFolder(path: string, mode: number = 0o777): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw writeFault(error, path);
  }
}

/** Codes of the operating system for what cannot be written, and what they are to whoever runs a coordinator. */
const PROBLEMS: ReadonlyMap<unknown, string> = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk is full for this user"],
  ["EROFS", "it may not be written"],
  ["EACCES", "it may not be written"],
  ["EPERM", "it may not be written"],
  ["EIO", "the disk does not take it"],
  ["EEXIST", "something else is in its place"],
  ["ENOTDIR", "something else is in the place of its folder"],
]);

/** Fault "output-unwritable" for an error of the operating system because of which something cannot be written; else the error itself. */
export function writeFault(error: unknown, path: string): unknown {
  const problem = error instanceof Error && "code" in error ? PROBLEMS.get(error.code) : undefined;
  return problem === undefined ? error : unwritable(path, problem);
}

/** Whether something cannot be written because there is no room for it. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** What is said of a path that cannot be written. */
export function unwritable(path: string, problem: string): Fault {
  const remedy = "Make room, or give it the rights, and start again: nothing that was acknowledged is lost.";
  return new Fault("output-unwritable", `${path} cannot be written: ${problem}`, remedy);
}
