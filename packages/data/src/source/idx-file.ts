/**
 * Reading IDX files: the header first, then as many examples as are wanted, straight into shared memory.
 *
 * @module
 */
import { corrupt } from "./contents.ts";
import { openFile, readBytes, wantedCount } from "./file.ts";
import { IDX_HEADER_LIMIT_BYTES, type IdxHeader, parseIdxHeader, rowBytes } from "./idx-format.ts";
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
  const file = await openFile(path);
  try {
    const size = file.sizeBytes;
    const head = await readBytes(file, { bytes: new Uint8Array(Math.min(size, IDX_HEADER_LIMIT_BYTES)), at: 0 }, path);
    const header = parseIdxHeader(head, path, size);
    const [available = 0, ...rowShape] = header.dimensions;
    const count = wantedCount(path, available, limit);
    const bytes = sharedBytes(count * rowBytes(header));
    await readBytes(file, { bytes, at: header.offsetBytes }, path);
    return { path, available, count, rowShape, values: decoded(bytes, header, path) };
  } finally {
    await file.close();
  }
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
