/**
 * The folder of a run: what it leaves for people and for programs.
 *
 * @module
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "@potluck/core";
import { writeSafetensors } from "@potluck/engine";
import type { Progress, RunResult, Scenario } from "@potluck/simulator";
import { renderReport } from "../report/render-report.ts";
import { reportOf } from "./report-of.ts";
import { type RunPlace, summaryObject } from "./summary.ts";

/** An open run folder. */
export interface RunFolder {
  /** Writes a measurement down at once, so that it survives whatever comes. */
  readonly note: (progress: Progress) => void;
  /** Writes the report, the model and the summary, and says where. */
  readonly finish: (outcome: Outcome) => Promise<RunPlace>;
}

/** What {@link RunFolder.finish} writes. */
export interface Outcome {
  readonly scenario: Scenario;
  readonly result: RunResult;
  /** The command that repeats the run. */
  readonly command: string;
}

/** A name for a run that starts now: the scenario's name with date and time (UTC). */
export function runId(scenario: string, now: Date): string {
  const stamp = now
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replaceAll(/[-:]/g, "")
    .replace("T", "-");
  return `${scenario}-${stamp}`;
}

/** The folder that is asked for. */
export interface FolderRequest {
  readonly run: string;
  /** Where, or undefined for a folder of its own under runs/. */
  readonly out: string | undefined;
  /** Whether an earlier run in the folder may be written over. */
  readonly force: boolean;
}

/** The files beside the report. */
const FILES = ["metrics.jsonl", "summary.json", "model.onnx", "model.safetensors"] as const;

/**
 * The folder of a run. It is claimed, and an earlier run in it removed if that is wanted, when the first measurement is
 * noted: a run that is refused leaves nothing behind and spoils nothing. Throws Fault "run-exists" rather than write
 * over another run, and "output-unwritable".
 */
export function openRunFolder(request: FolderRequest): RunFolder {
  const { run, out, force } = request;
  if (out !== undefined && !force) refuseUsed(out);
  const wallSeconds: number[] = [];
  let claimed: string | undefined;
  const place = (): string => (claimed ??= writing(out ?? "runs", () => claim(request)));
  return {
    note: ({ wallSeconds: wall, measurement }) => {
      wallSeconds.push(wall);
      const path = place();
      writing(path, () => appendFileSync(join(path, "metrics.jsonl"), `${JSON.stringify(measurement)}\n`));
    },
    finish: (outcome) => finish({ run, path: place() }, outcome, wallSeconds),
  };
}

function refuseUsed(path: string): void {
  const used = writing(path, () => existsSync(path) && readdirSync(path).length > 0);
  if (!used) return;
  const remedy = "Choose another folder with --out, or write over it with --force.";
  throw new Fault("run-exists", `the folder "${path}" is not empty`, remedy);
}

/** Makes the folder, with no measurement in it yet. */
function claim(request: FolderRequest): string {
  const path = request.out === undefined ? ownFolder(request.run) : chosenFolder(request.out, request.force);
  writeFileSync(join(path, "metrics.jsonl"), "");
  return path;
}

function chosenFolder(path: string, force: boolean): string {
  if (!force) refuseUsed(path);
  mkdirSync(path, { recursive: true });
  for (const name of [...FILES, "report.html"]) rmSync(join(path, name), { force: true });
  return path;
}

/** A folder under runs/, with a number behind its name if another run took the name in the same second. */
function ownFolder(run: string): string {
  mkdirSync("runs", { recursive: true });
  for (let twin = 1; twin <= MAX_TWINS; twin++) {
    const path = join("runs", twin === 1 ? run : `${run}-${twin}`);
    if (makeFolder(path)) return path;
  }
  throw new Fault("run-exists", `${MAX_TWINS} runs called "${run}" exist`, "Choose a folder with --out.");
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

/** Does something to files; what the system refuses becomes Fault "output-unwritable". */
function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    const remedy =
      "Check that it is a folder you may write to and that the disk has room, or choose another with --out.";
    throw new Fault("output-unwritable", `"${path}" cannot be written: ${error.message}`, remedy);
  }
}

async function finish(
  place: RunPlace,
  { scenario, result, command }: Outcome,
  wallSeconds: readonly number[],
): Promise<RunPlace> {
  const metadata = { run: place.run, scenario: result.scenario, modelHash: result.modelHash };
  const files = {
    "model.onnx": result.model,
    "model.safetensors": writeSafetensors(result.layout, result.params, metadata),
    "summary.json": `${JSON.stringify(summaryObject(result, place), null, 2)}\n`,
  };
  const write = (name: string, content: Uint8Array | string): void =>
    writing(place.path, () => writeFileSync(join(place.path, name), content));
  for (const [name, content] of Object.entries(files)) write(name, content);
  const sizeOf = (name: string): number => writing(place.path, () => statSync(join(place.path, name)).size);
  const fileBytes = Object.fromEntries(FILES.map((name) => [name, sizeOf(name)]));
  const report = reportOf({ run: place.run, scenario, result, command, wallSeconds, fileBytes });
  write("report.html", await renderReport(report));
  return place;
}
