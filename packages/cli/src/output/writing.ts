/**
 * Writing files, with a fault that says what to do.
 *
 * @module
 */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { Fault } from "@potluck/core";

/** Does something to files; what the system refuses becomes Fault "output-unwritable". */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    const remedy =
      "Check that it is a folder you may write to and that the disk has room, or choose another with --out.";
    throw new Fault("output-unwritable", `"${path}" cannot be written: ${error.message}`, remedy);
  }
}

/** What the file that is being written is called until it is whole. */
export const UNFINISHED = ".part";

/** Writes a file that is there whole or not at all, also when the process is killed. Throws Fault "output-unwritable". */
export function writeWhole(path: string, content: Uint8Array | string): void {
  const unfinished = `${path}${UNFINISHED}`;
  writing(path, () => {
    try {
      writeFileSync(unfinished, content);
      renameSync(unfinished, path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
  });
}
