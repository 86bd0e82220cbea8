/**
 * Node's file system: `#files` in Node.
 *
 * Files are read in parts, because one call of the system reads at most 2 GiB.
 *
 * @module
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { Fault } from "@potluck/core";
import type { FileAccess } from "../../files/file-access.ts";

/** The most bytes that one call reads or writes. */
const PART_BYTES = 2 ** 30;

/** Files on the disk. */
export const files: FileAccess = {
  read: (path, maxBytes) => {
    try {
      return withFile(path, "r", (file) => readWhole(file, path, maxBytes));
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (codeOf(error) === "ENOENT") return null;
      throw new Fault(
        "file-missing",
        `"${path}" cannot be read: ${messageOf(error)}`,
        "Check the path and its rights.",
      );
    }
  },
  write: (path, parts) => {
    try {
      withFile(path, "w", (file) => {
        for (const part of parts) writeWhole(file, part);
      });
    } catch (error) {
      const message = `"${path}" cannot be written: ${messageOf(error)}`;
      throw new Fault("output-unwritable", message, "Check the path and its rights, or make room.");
    }
  },
  beside: (path, name) => join(dirname(path), name),
};

function withFile<Result>(path: string, flags: "r" | "w", use: (file: number) => Result): Result {
  const file = openSync(path, flags);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function readWhole(file: number, path: string, maxBytes: number): Uint8Array {
  const information = fstatSync(file);
  if (!information.isFile()) throw new Error("it is not a file");
  if (information.size > maxBytes) throw tooLarge(path, information.size, maxBytes);
  const bytes = new Uint8Array(information.size);
  for (let at = 0; at < bytes.length;) {
    const read = readSync(file, bytes, at, Math.min(PART_BYTES, bytes.length - at), null);
    if (read === 0) throw new Error("it became shorter while it was read");
    at += read;
  }
  return bytes;
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, Math.min(PART_BYTES, bytes.length - at));
}

function tooLarge(path: string, sizeBytes: number, maxBytes: number): Fault {
  return new Fault(
    "model-unsupported",
    `"${path}" has ${sizeBytes} bytes, and ${maxBytes} is the most`,
    "Use a smaller model; one file of ONNX ends at 2 GiB, and what is larger keeps its tensors in a data file.",
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
