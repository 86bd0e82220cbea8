/**
 * What files hold, wherever their bytes came from, and what to say when it is not what it should be.
 *
 * @module
 */
import { Fault } from "@potluck/core";

/** A Fault "file-corrupt" that names the file, what is wrong with it, and what to do. */
export function corrupt(path: string, what: string, remedy = "Fetch or export the file again."): Fault {
  return new Fault("file-corrupt", `${path}: ${what}`, remedy);
}

/** The text of a file, with every end of line as "\n". Throws Fault "file-corrupt", which names the line, where it is not UTF-8. */
export function textIn(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll(/\r\n?/gu, "\n");
  } catch {
    const [line] = new TextDecoder().decode(bytes).split("\uFFFD", 1);
    const number = (line ?? "").split(/\r\n?|\n/u).length;
    throw corrupt(path, `line ${number} is not UTF-8`, "Save the file as UTF-8.");
  }
}
