/**
 * Files with secrets.
 *
 * @module
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Only the owner reads or writes. */
export const OWNER_ONLY = 0o600;

/** Writes a file that only the owner reads: whole, or not at all. */
export function writeSecret(path: string, text: string): void {
  const file = `${path}.new`;
  // One that was left behind might be open to others.
  rmSync(file, { force: true });
  const handle = openSync(file, "wx", OWNER_ONLY);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(file, path);
}
