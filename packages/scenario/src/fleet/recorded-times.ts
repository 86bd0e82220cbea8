/**
 * Recorded times of workers as a file has them, with the load at which they were recorded.
 *
 * @module
 */
import { parseTaskTimes } from "./task-times-text.ts";
import { corrupt, formOf, isRecord, parseJson, readTrace } from "./trace-text.ts";

/** Times of workers, round after round. */
export interface TimesFile {
  /** By worker; at least one with one round. */
  readonly seconds: readonly Float64Array[];
  /** The share of a job's data that each computed in a round, in [0, 1]: `normalised_load` of a JSON file; null where it does not say. */
  readonly load: number | null;
}

/** Reads a file of times. Rejects with Fault "file-missing", "file-corrupt" or, for another ending, "option-invalid". */
export async function readTimesFile(path: string): Promise<TimesFile> {
  const form = formOf("serverless", path);
  const source = await readTrace(path);
  return { seconds: parseTaskTimes(source, form), load: form === "csv" ? null : loadIn(parseJson(source), path) };
}

function loadIn(content: unknown, path: string): number | null {
  const load: unknown = isRecord(content) ? content["normalised_load"] : undefined;
  if (load === undefined) return null;
  if (typeof load === "number" && load >= 0 && load <= 1) return load;
  throw corrupt(
    path,
    `normalised_load must be a number from 0 to 1, got ${JSON.stringify(load)}`,
    "Correct it, or leave it out.",
  );
}
