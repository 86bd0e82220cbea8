/**
 * Recorded times of workers as a file has them, with the loads at which they were recorded.
 *
 * @module
 */
import { parseTimesByLoad, type TimesFile } from "./task-times-text.ts";
import { formOf, readTrace } from "./trace-text.ts";

/** Reads a file of times: those of each load, at least one. Rejects with Fault "file-missing", "file-corrupt" or, for another ending, "option-invalid". */
export async function readTimesFile(path: string): Promise<readonly TimesFile[]> {
  const form = formOf("serverless", path);
  return parseTimesByLoad(await readTrace(path), form);
}
