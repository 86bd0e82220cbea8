/**
 * The record of a run in the store: what it was made of, where it ran, and what came of it, without its files.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { z } from "zod";

/**
 * How far a run has come. "running" and "interrupted" runs have no result, or one that is cut short; "failed" ones ended
 * with a fault.
 */
export type RunStatus = "running" | "finished" | "stalled" | "interrupted" | "failed";

/** All of {@link RunStatus}. */
export const runStatuses: readonly RunStatus[] = ["running", "finished", "stalled", "interrupted", "failed"];

/** What is known of a run when it begins. */
export interface RunStart {
  readonly scenario: string;
  readonly title: string | null;
  readonly seed: number;
  /** The scenario as a file, to run it again; null if a part of it is not in the catalogue. */
  readonly file: unknown;
  /** The parts of the plan, and its settings. */
  readonly plan: unknown;
  /** The command line that repeats the run. */
  readonly command: string;
  /** What the files that the scenario reads held, see `inputsOf`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The comparison or sweep that the run was begun in, and its arm there; null for a run of its own. */
  readonly experiment: string | null;
  readonly arm: string | null;
  /** Of Potluck, Node and the tensor runtime. */
  readonly versions: Readonly<Record<string, string>>;
  /** The machine. */
  readonly environment: Readonly<Record<string, string | number>>;
  /** Date and time in UTC, ISO 8601. */
  readonly startedAt: string;
}

/** What the environment of a live run says beside the machine: no run of a simulation is the same. */
export const LIVE: RunStart["environment"] = { clock: "wall" };

/** Whether a run was live. */
export function isLive({ environment }: Pick<RunStart, "environment">): boolean {
  return environment["clock"] === LIVE["clock"];
}

/** What is known of a run when it has ended; null where it was not measured. */
export interface RunEnd {
  readonly status: RunStatus;
  /** Why it ended, in words. */
  readonly ended: string;
  readonly endedAt: string;
  readonly wallSeconds: number | null;
  readonly virtualSeconds: number | null;
  readonly rounds: number | null;
  readonly testAccuracy: number | null;
  readonly testLoss: number | null;
  readonly bytesUp: number | null;
  readonly bytesDown: number | null;
  readonly modelHash: string | null;
}

/** Of a run of which nothing was measured, or that was not seen to end. */
export const nothingMeasured = {
  wallSeconds: null,
  virtualSeconds: null,
  rounds: null,
  testAccuracy: null,
  testLoss: null,
  bytesUp: null,
  bytesDown: null,
  modelHash: null,
} as const;

/** A run in the store. Of one that has not ended, all of {@link RunEnd} is null but the status. */
export interface RunRecord extends RunStart, Omit<RunEnd, "ended" | "endedAt"> {
  readonly id: string;
  /** The folder of its files: absolute, or relative to where the command is run that asks. */
  readonly folder: string;
  readonly ended: string | null;
  readonly endedAt: string | null;
}

/** That a run is one of an experiment. A run may be one of several. */
export interface Membership {
  readonly experiment: string;
  readonly arm: string;
  readonly run: string;
}

/** A row of the table of members. */
export const memberRow: z.ZodType<Membership> = z.object({ experiment: z.string(), arm: z.string(), run: z.string() });

const json = z.string().transform((text): unknown => JSON.parse(text));

/** A row of the table of runs. */
export const runRow: z.ZodType<RunRecord> = z.object({
  id: z.string(),
  folder: z.string(),
  scenario: z.string(),
  title: z.string().nullable(),
  seed: z.number(),
  file: json.nullable(),
  plan: json,
  command: z.string(),
  inputs: json.pipe(z.record(z.string(), z.string())),
  experiment: z.string().nullable(),
  arm: z.string().nullable(),
  versions: json.pipe(z.record(z.string(), z.string())),
  environment: json.pipe(z.record(z.string(), z.union([z.string(), z.number()]))),
  startedAt: z.string(),
  status: z.enum(["running", "finished", "stalled", "interrupted", "failed"]),
  ended: z.string().nullable(),
  endedAt: z.string().nullable(),
  wallSeconds: z.number().nullable(),
  virtualSeconds: z.number().nullable(),
  rounds: z.number().nullable(),
  testAccuracy: z.number().nullable(),
  testLoss: z.number().nullable(),
  bytesUp: z.number().nullable(),
  bytesDown: z.number().nullable(),
  modelHash: z.string().nullable(),
});

/** The one run that `word` was found to name. Throws Fault "run-missing" where it names several. */
export function onlyOne(runs: readonly RunRecord[], word: string): RunRecord {
  const [run, another] = runs;
  if (run !== undefined && another === undefined) return run;
  const message = `"${word}" names ${runs.length} runs: ${runs.map(({ id }) => id).join(", ")}`;
  throw new Fault("run-missing", message, "Name one of them.");
}

/** The scenario file that the store kept of a run. Throws Fault "scenario-invalid" with `remedy` where it could not keep it. */
export function keptFile({ id, file }: RunRecord, remedy: string): unknown {
  if (file !== null) return file;
  const message = `the run "${id}" has a part that is not in the catalogue, so the store could not keep its scenario`;
  throw new Fault("scenario-invalid", message, remedy);
}

/** A run with the text that is the same for runs of the same scenario: the scenario as it was kept, or else its name and its plan. */
export function withKin(run: RunRecord): RunRecord & { readonly kin: string } {
  const { scenario, file, plan } = run;
  return { ...run, kin: JSON.stringify(file ?? [scenario, plan]) };
}
