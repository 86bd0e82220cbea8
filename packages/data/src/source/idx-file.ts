/**
 * Reading IDX files: the header first, then as many examples as are wanted, straight into shared memory.
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { Fault } from "@potluck/core";
import { corrupt, IDX_HEADER_LIMIT_BYTES, type IdxHeader, parseIdxHeader, rowBytes } from "./idx-format.ts";
import { sharedBytes, sharedFloats } from "./source.ts";

/** The examples that were read from one file. */
export interface IdxArray {
  readonly path: string;
  /** How many examples the file holds; more than were read if a limit was given. */
  readonly available: number;
  /** How many were read. */
  readonly count: number;
  /** The dimensions of one example: [] for labels, [28, 28] for images. */
  readonly rowShape: readonly number[];
  readonly values: Uint8Array | Float32Array;
}

/**
 * The first `limit` examples of the IDX file `path`; all of them if `limit` is null. Rejects with Fault
 * "file-missing", "file-corrupt", or "data-invalid" when the file holds fewer.
 */
export async function readIdx(path: string, limit: number | null): Promise<IdxArray> {
  const file = await opened(path);
  try {
    const { size } = await file.stat();
    const head = await readBytes(file, { bytes: new Uint8Array(Math.min(size, IDX_HEADER_LIMIT_BYTES)), at: 0 }, path);
    const header = parseIdxHeader(head, path, size);
    const [available = 0, ...rowShape] = header.dimensions;
    const count = wanted(path, available, limit);
    const bytes = sharedBytes(count * rowBytes(header));
    await readBytes(file, { bytes, at: header.offsetBytes }, path);
    return { path, available, count, rowShape, values: decoded(bytes, header, path) };
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new Fault("file-missing", `${path} cannot be read${reason}`, "Check the path and the rights to the file.");
  }
}

function wanted(path: string, available: number, limit: number | null): number {
  if (limit === null || limit <= available) return limit ?? available;
  const remedy = `Ask for at most ${available}, or for all of them with null.`;
  throw new Fault("data-invalid", `${path} holds ${available} examples, ${limit} were asked for`, remedy);
}

/** Fills `bytes` from position `at` of the file on. */
async function readBytes(
  file: FileHandle,
  { bytes, at }: { readonly bytes: Uint8Array; readonly at: number },
  path: string,
): Promise<Uint8Array> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) throw corrupt(path, `it ended at byte ${at + done} while it was read`);
    done += bytesRead;
  }
  return bytes;
}

function decoded(bytes: Uint8Array, header: IdxHeader, path: string): Uint8Array | Float32Array {
  if (header.type === "uint8") return bytes;
  const view = new DataView(bytes.buffer);
  const floats = sharedFloats(bytes.length / 4);
  for (let i = 0; i < floats.length; i++) {
    const value = view.getFloat32(4 * i);
    if (!Number.isFinite(value)) throw corrupt(path, `element ${i} is ${value}, not a finite number`);
    floats[i] = value;
  }
  return floats;
}
