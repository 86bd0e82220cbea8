/**
 * Writing files, with a fault that says what to do.
 *
 * @module
 */
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
