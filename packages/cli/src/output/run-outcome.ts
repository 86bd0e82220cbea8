/**
 * What a run has come to, without its model: it is written beside the model, so that reports can be made of it later.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "@potluck/core";
import { outcomeFrom, type PlainOutcome, plainOutcome, type RunOutcome, type RunResult } from "@potluck/scenario";
import { z } from "zod";
import type { RunRecord } from "../store/run-record.ts";

/** The file of an outcome. */
interface OutcomeFile extends PlainOutcome {
  readonly run: string;
  /** The versions that were measured, those of all models, and after how many wall-clock seconds each was. */
  readonly measuredVersions?: readonly number[];
  readonly measuredAfter: readonly number[];
}

/** After how many wall-clock seconds versions were measured. */
export type MeasuredAfter = ReadonlyMap<number, number>;

/** What was read from an outcome's file. */
export interface StoredOutcome {
  readonly outcome: RunOutcome;
  readonly measuredAfter: MeasuredAfter;
}

/** The name of the file in the folder of a run. */
export const OUTCOME_FILE = "result.json";

/** The text of the file for a run with this id. */
export function outcomeText(run: string, result: RunResult, measured: MeasuredAfter): string {
  const times = { measuredVersions: [...measured.keys()], measuredAfter: [...measured.values()] };
  const file: OutcomeFile = { ...plainOutcome(result), run, ...times };
  return `${JSON.stringify(file, (_, value: unknown) => (ArrayBuffer.isView(value) ? undefined : value))}\n`;
}

/** The outcome in the folder of a run. Throws Fault "run-missing" if it has none, or another run has taken the folder. */
export function readOutcome(run: RunRecord): StoredOutcome {
  const { run: _run, measuredVersions, measuredAfter: times, ...plain } = outcomeFileOf(run);
  const versions = measuredVersions ?? plain.measurements.map(({ version }) => version);
  const measuredAfter = new Map(versions.map((version, at) => [version, times[at] ?? 0]));
  return { outcome: outcomeFrom(plain), measuredAfter };
}

/** The same outcome as JSON has it. Throws the same faults. */
export function readPlainOutcome(run: RunRecord): PlainOutcome {
  const { run: _run, measuredVersions: _versions, measuredAfter: _times, ...plain } = outcomeFileOf(run);
  return plain;
}

function outcomeFileOf({ id, folder, status, ended }: RunRecord): OutcomeFile {
  const path = join(folder, OUTCOME_FILE);
  if (!existsSync(path)) {
    const why = status === "finished" ? `"${path}" is gone` : `it is ${status}${ended === null ? "" : `: ${ended}`}`;
    throw new Fault("run-missing", `the run "${id}" has no result: ${why}`, "Run it again with `npx potluck rerun`.");
  }
  const file = parsed(path);
  if (file.run !== id) {
    const message = `the folder "${folder}" holds the run "${file.run}", no longer "${id}"`;
    throw new Fault("run-missing", message, "Run it again with `npx potluck rerun`.");
  }
  return file;
}

function parsed(path: string): OutcomeFile {
  try {
    const file: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isOutcomeFile(file)) return file;
    throw new Error("it does not hold the result of a run");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("file-corrupt", `"${path}" cannot be read: ${reason}`, "Run it again with `npx potluck rerun`.");
  }
}

/** The file was written by {@link outcomeText}; what is looked at here is that it is whole, and of a kind with ours. */
function isOutcomeFile(value: unknown): value is OutcomeFile {
  return outcomeFile.safeParse(value).success;
}

const scores = z.looseObject({});
const outcomeFile = z.looseObject({
  run: z.string(),
  scenario: z.string(),
  seed: z.number(),
  status: z.enum(["finished", "stalled", "interrupted"]),
  ended: z.string(),
  versions: z.number(),
  virtualSeconds: z.number(),
  modelHash: z.string(),
  parts: z.array(z.looseObject({ room: z.string(), name: z.string() })),
  measurements: z.array(
    z.looseObject({
      version: z.number(),
      virtualSeconds: z.number(),
      testAccuracy: z.number().nullable(),
      updatesUsed: z.number(),
    }),
  ),
  clients: z.array(z.looseObject({ id: z.number(), tier: z.string(), timesUsed: z.number() })),
  scorecard: z.looseObject({ starvation: scores, delay: scores, unfairShare: scores, bottleneck: scores }),
  conditions: z.looseObject({ objective: z.enum(["per-example", "per-client"]) }),
  tiers: z.array(z.looseObject({ tier: z.string(), devices: z.number() })),
  data: z.looseObject({ name: z.string() }),
  wall: z.looseObject({ wallSeconds: z.number() }),
  failures: z.record(z.string(), z.number()),
  measuredVersions: z.array(z.number()).optional(),
  measuredAfter: z.array(z.number()),
});
