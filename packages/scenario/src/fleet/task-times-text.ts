/**
 * Recorded times of tasks in CSV and JSON: a row for each round, a column for each worker.
 *
 * CSV has nothing but numbers. JSON is `{ "seconds": [[…], …] }`; what else the object says, such as where the times come
 * from, is passed over, but `rounds` and `workers`, if they are there, must count the rows and columns.
 *
 * @module
 */
import { csvRows, numberOrText } from "./csv-rows.ts";
import { entryLine } from "./json-lines.ts";
import { corrupt, isRecord, parseJson, type TraceForm, type TraceText } from "./trace-text.ts";

/** A row of times with its place in messages. */
interface Round {
  readonly where: () => string;
  readonly seconds: readonly unknown[];
}

/** The times of each worker, round after round: at least one worker with one round. Throws Fault "file-corrupt". */
export function parseTaskTimes(source: TraceText, form: TraceForm): readonly Float64Array[] {
  const rounds = form === "csv" ? fromCsv(source) : fromJson(source);
  const [first] = rounds;
  if (first === undefined || first.seconds.length === 0) {
    throw corrupt(source.path, "it holds no times", "Give a row for each round with a time for each worker.");
  }
  for (const round of rounds) checkRound(round, first);
  return first.seconds.map((_, worker) => Float64Array.from(rounds, ({ seconds }) => Number(seconds[worker])));
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
  return csvRows(source).map(({ line, cells }) => ({
    where: () => `${source.path}: line ${line}`,
    seconds: cells.map(numberOrText),
  }));
}

function fromJson(source: TraceText): readonly Round[] {
  const { path } = source;
  const content = parseJson(source);
  const table: unknown = isRecord(content) ? content["seconds"] : undefined;
  if (!isRecord(content) || !Array.isArray(table)) {
    throw corrupt(path, "it is not an object with a table of seconds", 'Write { "seconds": [[…], …] }.');
  }
  const rounds = table.map((row: unknown, round): Round => {
    const where = (): string => `${path}: seconds[${round}] (line ${entryLine(source.text, "seconds", round)})`;
    if (!Array.isArray(row)) throw corrupt(where(), "it is not a list", "Give a list of times, one for each worker.");
    return { where, seconds: row };
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
