/**
 * The folder of a run: what it leaves for people and for programs. The run is written down in the store as it begins and
 * as it ends. Whenever the process is killed, the folder holds no file that is cut off, and a run that the store calls
 * finished has all of its files but perhaps the report, which can be made again.
 *
 * @module
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Fault } from "@potluck/core";
import { writeSafetensors } from "@potluck/engine";
import type { HistoryRow, Progress, RunResult } from "@potluck/scenario";
import { HISTORY_FILE, historyWriter } from "./history-file.ts";
import { renderReport } from "../report/render-report.ts";
import { type Membership, nothingMeasured, type RunEnd, type RunStart } from "../store/run-record.ts";
import type { RunStore } from "../store/run-store.ts";
import { reportOf } from "./report-of.ts";
import { type MeasuredAfter, OUTCOME_FILE, outcomeText } from "./run-outcome.ts";
import { potluckLine } from "./shell-command.ts";
import { finalMeasurement, type RunPlace, summaryObject } from "./summary.ts";
import { UNFINISHED, writeWhole, writing } from "./writing.ts";

/** An open run folder. */
export interface RunFolder {
  /** Writes a measurement down at once, so that it survives whatever comes. */
  readonly note: (progress: Progress) => void;
  /** Writes down what has happened, once there is a measurement. */
  readonly noteHistory: (rows: readonly HistoryRow[]) => void;
  /** Writes the model, the summary and, if it is wanted, the report, and says where. */
  readonly finish: (result: RunResult, wanted: { readonly report: boolean }) => Promise<RunPlace>;
  /** Writes down that the run ended with an error, if it had begun. */
  readonly fail: (error: unknown) => void;
}

/** A name for a run or an experiment that starts now: the scenario's name, or what it is, with date and time (UTC). */
export function runId(name: string, now: Date): string {
  const stamp = now
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replaceAll(/[-:]/g, "")
    .replace("T", "-");
  return `${name}-${stamp}`;
}

/** An experiment, and the arm of it to which a run belongs. */
export type Within = Pick<Membership, "experiment" | "arm">;

/** The folder that is asked for. */
export interface FolderRequest {
  readonly store: RunStore;
  readonly start: RunStart;
  /** What the run belongs to; asked when the folder is claimed. */
  readonly within?: (() => Within) | undefined;
  /** Where, or undefined for a folder of its own in the store. */
  readonly out: string | undefined;
  /** Whether an earlier run in the folder may be written over. */
  readonly force: boolean;
}

/** From which an interrupted run goes on; it is there as long as the run is of no use without it. */
export const CHECKPOINT_FILE = "checkpoint.bin";

export const REPORT_FILE = "report.html";

/** The files beside the report. */
const FILES = ["metrics.jsonl", HISTORY_FILE, "summary.json", OUTCOME_FILE, "model.onnx", "model.safetensors"] as const;

/** Those of the models of a run that trains several. */
const ONE_OF_SEVERAL = /^model-\d+\.onnx$/;

/**
 * The folder of a run. It is claimed, and an earlier run in it removed if that is wanted, when the first measurement is
 * noted: a run that is refused leaves nothing behind and spoils nothing. Throws Fault "run-exists" rather than write
 * over another run, and "output-unwritable".
 */
export function openRunFolder(request: FolderRequest): RunFolder {
  const { out, force, store } = request;
  if (out !== undefined && !force) refuseUsed(out);
  const wallSeconds = new Map<number, number>();
  let claimed: RunPlace | undefined;
  let hasEnded = false;
  const place = (): RunPlace => (claimed ??= claim(request));
  const history = historyWriter(() => claimed?.path ?? null);
  return {
    note: ({ wallSeconds: wall, measurement }) => {
      wallSeconds.set(measurement.version, wall);
      const { path } = place();
      writing(path, () => appendFileSync(join(path, "metrics.jsonl"), `${JSON.stringify(measurement)}\n`));
      // Who looks on sees both to the same instant.
      history.save(path);
    },
    noteHistory: history.note,
    finish: async (result, { report }) => {
      const at = place();
      history.save(at.path);
      writeFiles(at, result, wallSeconds);
      store.end(at.run, endOf(result));
      hasEnded = true;
      if (report) await writeReport(at, startAs(at.run, joining(request)), { result, wallSeconds });
      return at;
    },
    fail: (error) => {
      if (claimed === undefined || hasEnded) return;
      const ended = error instanceof Error ? error.message : String(error);
      store.end(claimed.run, { ...nothingMeasured, status: "failed", ended, endedAt: new Date().toISOString() });
    },
  };
}

/** The same with what the run belongs to. */
function joining(request: FolderRequest): FolderRequest {
  return { ...request, start: { ...request.start, ...request.within?.() } };
}

/** Takes a folder and an id, with no measurement yet. */
function claim(asked: FolderRequest): RunPlace {
  const { out, force } = asked;
  const request = joining(asked);
  const place =
    out === undefined
      ? ownFolder(request)
      : {
          run: ownId(
            request,
            writing(out, () => chosenFolder(out, force)),
          ),
          path: out,
          store: request.store.folder,
        };
  writing(place.path, () => writeFileSync(join(place.path, "metrics.jsonl"), ""));
  return place;
}

function refuseUsed(path: string): void {
  const used = writing(path, () => existsSync(path) && readdirSync(path).length > 0);
  if (!used) return;
  const remedy = "Choose another folder with --out, or write over it with --force.";
  throw new Fault("run-exists", `the folder "${path}" is not empty`, remedy);
}

function chosenFolder(path: string, force: boolean): string {
  if (!force) refuseUsed(path);
  mkdirSync(path, { recursive: true });
  clearFolder(path);
  return path;
}

/** A folder in the store that nobody has, of a run that is called like it. */
function ownFolder(request: FolderRequest): RunPlace {
  const { store, start } = request;
  writing(store.folder, () => mkdirSync(store.folder, { recursive: true }));
  for (const run of idsOf(start.scenario, start.startedAt)) {
    const path = join(store.folder, run);
    if (!writing(path, () => makeFolder(path))) continue;
    if (store.begin(run, path, startAs(run, request))) return { run, path, store: store.folder };
    writing(path, () => rmdirSync(path));
  }
  throw tooMany(start.scenario);
}

/** An id that nobody has, for a run in a folder that was chosen for it. */
function ownId(request: FolderRequest, path: string): string {
  const { store, start } = request;
  for (const run of idsOf(start.scenario, start.startedAt)) {
    if (store.begin(run, path, startAs(run, request))) return run;
  }
  throw tooMany(start.scenario);
}

/** What is written down of a run as it begins: one of an experiment is repeated by itself, if the store can keep its scenario. */
function startAs(run: string, { store, start }: FolderRequest): RunStart {
  const isRepeatable = start.experiment !== null && start.file !== null;
  return isRepeatable ? { ...start, command: potluckLine(["rerun", run], store.folder) } : start;
}

/**
 * Names for a run or an experiment that starts at `startedAt` (ISO 8601), with a number behind the name if another one took
 * it in the same second.
 */
export function idsOf(name: string, startedAt: string): readonly string[] {
  const id = runId(name, new Date(startedAt));
  return [id, ...Array.from({ length: MAX_TWINS - 1 }, (_, at) => `${id}-${at + 2}`)];
}

/** That all of {@link idsOf} a name are taken. */
export function tooMany(name: string): Fault {
  const message = `${MAX_TWINS} runs of "${name}" began in this second`;
  return new Fault("run-exists", message, "Begin fewer at a time.");
}

/** Runs that may start under one name in one second. */
const MAX_TWINS = 1000;

/** Makes a folder; false when it is there already. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Writes what reports are made of last: where it is, all is. */
function writeFiles({ run, path }: RunPlace, result: RunResult, wallSeconds: MeasuredAfter): void {
  const metadata = { run, scenario: result.scenario, modelHash: result.modelHash };
  const files = {
    "model.onnx": result.model,
    ...Object.fromEntries((result.modelFiles ?? []).map((file, number) => [`model-${number}.onnx`, file])),
    "model.safetensors": writeSafetensors(result.layout, result.params, metadata),
    "summary.json": `${JSON.stringify(summaryObject(result, { run, path }), null, 2)}\n`,
    [CHECKPOINT_FILE]: result.checkpoint,
    [OUTCOME_FILE]: outcomeText(run, result, wallSeconds),
  };
  for (const [name, content] of Object.entries(files)) if (content !== null) writeWhole(join(path, name), content);
}

async function writeReport(
  { run, path }: RunPlace,
  { title, command, scenario }: RunStart,
  { result, wallSeconds }: { readonly result: RunResult; readonly wallSeconds: MeasuredAfter },
): Promise<void> {
  const about = { run, title: title ?? scenario, result, command, wallSeconds };
  writeWhole(join(path, REPORT_FILE), await renderReport(reportOf({ ...about, fileBytes: fileSizes(path) })));
}

/** Removes what a run has left in its folder, and the folder if nothing else is in it; whole folders of the store go with all that is in them. */
export function removeRunFolder(path: string, isOfStore: boolean): void {
  writing(path, () => {
    if (isOfStore) return rmSync(path, { recursive: true, force: true });
    if (!existsSync(path)) return undefined;
    clearFolder(path);
    return readdirSync(path).length === 0 ? rmdirSync(path) : undefined;
  });
}

function clearFolder(path: string): void {
  for (const name of [...filesIn(path), CHECKPOINT_FILE, REPORT_FILE]) {
    for (const file of [name, `${name}${UNFINISHED}`]) rmSync(join(path, file), { force: true });
  }
}

/** The files of a run beside its report, with their sizes in bytes. */
export function fileSizes(path: string): Readonly<Record<string, number>> {
  const sizeOf = (name: string): number => writing(path, () => statSync(join(path, name)).size);
  const there = filesIn(path).filter((name) => existsSync(join(path, name)));
  return Object.fromEntries(there.map((name) => [name, sizeOf(name)]));
}

/** The names that files of a run beside its report have in this folder. */
function filesIn(path: string): readonly string[] {
  const several = writing(path, () => readdirSync(path)).filter((name) => ONE_OF_SEVERAL.test(name));
  return [...FILES, ...several];
}

function endOf(result: RunResult): RunEnd {
  const last = finalMeasurement(result);
  const { bytesUp, bytesDown } = result.scorecard.bottleneck;
  return {
    status: result.status,
    ended: result.ended,
    endedAt: new Date().toISOString(),
    wallSeconds: result.wall.wallSeconds,
    virtualSeconds: result.virtualSeconds,
    rounds: result.versions,
    testAccuracy: last?.testAccuracy ?? null,
    testLoss: last?.testLoss ?? null,
    bytesUp,
    bytesDown,
    modelHash: result.modelHash,
  };
}
