/**
 * Compresses what is served.
 *
 * @module
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** Smaller files are sent as they are. */
const COMPRESSED_BYTES = 1024;

const compressed = promisify(gzip);

/** Writes each file once more, compressed, as `<name>.gz`: WebAssembly shrinks to a quarter. */
export async function compressFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (bytes.length >= COMPRESSED_BYTES) await writeFile(`${path}.gz`, await compressed(bytes));
  }
}
