/**
 * Recorded times of tasks in CSV and JSON: a row for each round, a column for each worker.
 *
 * CSV has nothing but numbers; or first a line of names that begins with `load`, and in that column the share of a job's data that each worker
 * computed in the round. JSON is `{ "seconds": [[…], …] }`, with `normalised_load` for the load of all rounds; what else the object says,
 * such as where the times come from, is passed over, but `rounds` and `workers`, if they are there, must count the rows and columns.
 *
 * @module
 */
import type { RecordedTimes } from "@potluck/core";
import { csvRows, numberOrText } from "./csv-rows.ts";
import { entryLine } from "./json-lines.ts";
import { corrupt, isRecord, parseJson, type TraceForm, type TraceText } from "./trace-text.ts";

/** A row of times with its place in messages. */
interface Round {
  readonly where: () => string;
  readonly seconds: readonly unknown[];
  /** Null where the file does not say. */
  readonly load: number | null;
}

/** Times of workers, round after round, all in rounds of one load. */
export interface TimesFile {
  /** By worker; at least one with one round. */
  readonly seconds: readonly Float64Array[];
  /** The share of a job's data that each computed in a round, in [0, 1]; null where the file does not say. */
  readonly load: number | null;
}

/** The times of each worker, round after round: at least one worker with one round. Throws Fault "file-corrupt", also for rounds at several loads. */
export function parseTaskTimes(source: TraceText, form: TraceForm): readonly Float64Array[] {
  const [first, another] = parseTimesByLoad(source, form);
  if (first !== undefined && another === undefined) return first.seconds;
  const what = "its rounds were recorded at several loads, and a fleet has times of one";
  throw corrupt(source.path, what, "Keep the rounds of one load.");
}

/** The same by load, in the order in which loads come first: at least one. */
export function parseTimesByLoad(source: TraceText, form: TraceForm): readonly TimesFile[] {
  const rounds = form === "csv" ? fromCsv(source) : fromJson(source);
  const [first] = rounds;
  if (first === undefined || first.seconds.length === 0) {
    throw corrupt(source.path, "it holds no times", "Give a row for each round with a time for each worker.");
  }
  for (const round of rounds) checkRound(round, first);
  return [...Map.groupBy(rounds, ({ load }) => load)].map(([load, own]) => ({
    load,
    seconds: first.seconds.map((_, worker) => Float64Array.from(own, ({ seconds }) => Number(seconds[worker]))),
  }));
}

function checkRound({ where, seconds }: Round, first: Round): void {
  if (seconds.length !== first.seconds.length) {
    const what = `it has ${seconds.length} times, but ${first.seconds.length} workers have one in the first round`;
    throw corrupt(where(), what, "Give a time for each worker in every round.");
  }
  const at = seconds.findIndex((time) => typeof time !== "number" || !Number.isFinite(time) || time < 0);
  if (at < 0) return;
  const what = `time ${at + 1} of ${seconds.length} must be a number ≥ 0 (seconds), got ${JSON.stringify(seconds[at])}`;
  throw corrupt(where(), what, `Correct the time of worker ${at}.`);
}

function fromCsv(source: TraceText): readonly Round[] {
  const rows = csvRows(source).map(({ line, cells }) => ({
    where: (): string => `${source.path}: line ${line}`,
    cells: cells.map(numberOrText),
  }));
  if (rows[0]?.cells[0] !== LOAD) return rows.map(({ where, cells }) => ({ where, seconds: cells, load: null }));
  return rows.slice(1).map(({ where, cells: [load, ...seconds] }) => ({
    where,
    seconds,
    load: checkedLoad(load, where(), LOAD),
  }));
}

/** The name of the column of loads. */
const LOAD = "load";

function checkedLoad(load: unknown, where: string, name: string): number {
  if (typeof load === "number" && load >= 0 && load <= 1) return load;
  throw corrupt(where, `${name} must be a number from 0 to 1, got ${JSON.stringify(load)}`, "Correct it.");
}

/** Times as CSV with a column of loads, as {@link parseTimesByLoad} reads it; to the microsecond. */
export function timesCsv(recorded: readonly RecordedTimes[]): string {
  const lines = recorded.flatMap(({ seconds, load }) =>
    Array.from(seconds[0] ?? [], (_, round) =>
      [load, ...seconds.map((own) => Number(own[round]?.toFixed(6)))].join(","),
    ),
  );
  const names = (recorded[0]?.seconds ?? []).map((_, worker) => `worker ${worker}`);
  return `${[[LOAD, ...names].join(","), ...lines].join("\n")}\n`;
}

function fromJson(source: TraceText): readonly Round[] {
  const { path } = source;
  const content = parseJson(source);
  const table: unknown = isRecord(content) ? content["seconds"] : undefined;
  if (!isRecord(content) || !Array.isArray(table)) {
    throw corrupt(path, "it is not an object with a table of seconds", 'Write { "seconds": [[…], …] }.');
  }
  const said = content["normalised_load"];
  const load = said === undefined ? null : checkedLoad(said, path, "normalised_load");
  const rounds = table.map((row: unknown, round): Round => {
    const where = (): string => `${path}: seconds[${round}] (line ${entryLine(source.text, "seconds", round)})`;
    if (!Array.isArray(row)) throw corrupt(where(), "it is not a list", "Give a list of times, one for each worker.");
    return { where, seconds: row, load };
  });
  checkCount(path, { name: "rounds", promised: content["rounds"], found: rounds.length });
  checkCount(path, { name: "workers", promised: content["workers"], found: rounds[0]?.seconds.length ?? 0 });
  return rounds;
}

function checkCount(
  path: string,
  { name, promised, found }: { readonly name: string; readonly promised: unknown; readonly found: number },
): void {
  if (promised === undefined || promised === found) return;
  const what = `${name} is ${JSON.stringify(promised)}, but seconds has ${found}`;
  throw corrupt(path, what, `Correct ${name}, or fetch the file again if it was cut short.`);
}
