/**
 * Files of recorded devices: reading them as text, and the faults that they have.
 *
 * @module
 */
import { trace } from "#trace";
import { Fault } from "@potluck/core";
import { readJson } from "./json-text.ts";

/** The largest file that is read. */
const MAX_TRACE_FILE_BYTES: number = 2 ** 28;

/** The forms that recorded devices are written in. */
export type TraceForm = "csv" | "json";

/** A text with what it is called in messages. */
export interface TraceText {
  readonly path: string;
  readonly text: string;
}

/** The form of the file of fleet `fleet`, by its ending. Throws Fault "option-invalid". */
export function formOf(fleet: string, path: string): TraceForm {
  if (/\.csv$/iu.test(path)) return "csv";
  if (/\.json$/iu.test(path)) return "json";
  throw new Fault(
    "option-invalid",
    `fleet "${fleet}": file must end in .csv or .json, got ${JSON.stringify(path)}`,
    "Name a file in one of the two forms; docs/reference/fleets.md describes them.",
  );
}

/** The text of a file. Rejects with Fault "file-missing", or "file-corrupt" if it is too large or no UTF-8. */
export async function readTrace(path: string): Promise<TraceText> {
  const size = await readable(path, trace.sizeBytes(path));
  if (size > MAX_TRACE_FILE_BYTES) {
    throw corrupt(path, `it has ${size} bytes; at most ${MAX_TRACE_FILE_BYTES} are read`, "Leave devices out.");
  }
  return { path, text: decoded(await readable(path, trace.read(path)), path) };
}

/** The text of `bytes`, its lines ending alike. Throws Fault "file-corrupt", which names the line, where they are not UTF-8. */
function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll(/\r\n?/gu, "\n");
  } catch {
    const [before = ""] = new TextDecoder().decode(bytes).split("\u{FFFD}", 1);
    throw corrupt(path, `line ${before.split(/\r\n?|\n/u).length} is not UTF-8`, "Save the file as UTF-8.");
  }
}

async function readable<Result>(path: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new Fault("file-missing", `${path} cannot be read${reason}`, "Check the path and the rights to the file.");
  }
}

/** A Fault "file-corrupt" that names the place, what is wrong there, and what to do. */
export function corrupt(where: string, what: string, remedy: string): Fault {
  return new Fault("file-corrupt", `${where}: ${what}`, remedy);
}

/**
 * What the JSON text holds. Throws Fault "file-corrupt" with the line and column at which it ceases to be JSON, or gives a field
 * twice.
 */
export function parseJson({ path, text }: TraceText): unknown {
  const reading = readJson(text);
  if (reading.kind === "value") return reading.value;
  throw corrupt(path, reading.what, "Correct the file at that place.");
}

/** Whether a value is an object with named fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
