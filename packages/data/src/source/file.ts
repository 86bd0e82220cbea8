/**
 * Files of data: opening, reading, and what to say when that fails.
 *
 * @module
 */
import { disk } from "#disk";
import { Fault } from "@potluck/core";
import { corrupt, textIn } from "./contents.ts";
import type { OpenFile } from "./disk.ts";

/** The most bytes of a file that is read as text, 256 MiB: what its rows become takes several times as much. */
const MAX_TEXT_FILE_BYTES: number = 2 ** 28;

/** The file `path`, open for reading. Rejects with Fault "file-missing". */
export async function openFile(path: string): Promise<OpenFile> {
  const file = await orMissing(disk.open(path), path);
  if (file.isFile) return file;
  await file.close();
  throw new Fault("file-missing", `${path} is no file`, "Give the path of the file itself.");
}

/** How many bytes the file `path` has. Rejects with Fault "file-missing". */
export async function fileBytes(path: string): Promise<number> {
  const file = await openFile(path);
  try {
    return file.sizeBytes;
  } finally {
    await file.close();
  }
}

/** The names of the files in the folder `path`, in alphabetical order. Rejects with Fault "file-missing". */
export async function filesIn(path: string): Promise<readonly string[]> {
  return (await orMissing(disk.list(path), path)).toSorted();
}

/** Fills `bytes` from position `at` of the file on. Rejects with Fault "file-corrupt" where it ends before. */
export async function readBytes(
  file: OpenFile,
  { bytes, at }: { readonly bytes: Uint8Array; readonly at: number },
  path: string,
): Promise<Uint8Array> {
  for (let done = 0; done < bytes.length;) {
    const read = await file.read(bytes.subarray(done), at + done);
    if (read === 0) throw corrupt(path, `it ended at byte ${at + done} while it was read`);
    done += read;
  }
  return bytes;
}

/**
 * The text of the file `path`, without a byte-order mark, with every end of line as "\n". Rejects with Fault
 * "file-missing", or "file-corrupt" when it is empty, not UTF-8, or longer than {@link MAX_TEXT_FILE_BYTES}.
 */
export async function readText(path: string): Promise<string> {
  const file = await openFile(path);
  try {
    const size = file.sizeBytes;
    if (size === 0) throw corrupt(path, "it is empty: not a single byte");
    if (size > MAX_TEXT_FILE_BYTES) {
      const what = `it has ${size} bytes, and at most ${MAX_TEXT_FILE_BYTES} can be read`;
      throw corrupt(path, what, "Keep fewer rows of it.");
    }
    return textIn(await readBytes(file, { bytes: new Uint8Array(size), at: 0 }, path), path);
  } finally {
    await file.close();
  }
}

/** How many of the `available` examples of the file `path` to read. Throws Fault "data-invalid" where it has fewer. */
export function wantedCount(path: string, available: number, limit: number | null): number {
  if (limit === null || limit <= available) return limit ?? available;
  const remedy = `Ask for at most ${available}, or for all of them with null.`;
  throw new Fault("data-invalid", `${path} holds ${available} examples, ${limit} were asked for`, remedy);
}

async function orMissing<T>(opening: Promise<T>, path: string): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new Fault("file-missing", `${path} cannot be read${reason}`, "Check the path and the rights to the file.");
  }
}
