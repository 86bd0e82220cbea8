/**
 * A run of a store at a glance.
 *
 * @module
 */
import type { PartReference } from "@potluck/core";
import { partWords, planWords } from "@potluck/scenario";
import { type RunOverview, scenarioDigest } from "@potluck/server";
import { z } from "zod";
import { readOutcome } from "../output/run-outcome.ts";
import { isLive, type Membership, type RunRecord, withKin } from "../store/run-record.ts";
import { lastMeasured } from "./measured-lines.ts";
import type { HistoryOf, StoredHistory } from "./stored-history.ts";

/** Gives the overview of a run that is a member of some experiments. */
export type OverviewOf = (run: RunRecord, memberships: readonly Membership[]) => Promise<RunOverview>;

/** What the result of a run says, or its history, that its record does not. */
type Details = Pick<RunOverview, "measuredVersion" | "clients" | "openTasks" | "updates">;

/** Overviews, for which each result is read once. */
export function storedOverviews(historyOf: HistoryOf): OverviewOf {
  const known = new Map<string, Details>();
  return async (run, memberships) => {
    const details = known.get(run.id) ?? finalDetails(run) ?? replayedDetails(run, await historyOf(run));
    if (run.status !== "running") known.set(run.id, details);
    return overviewOf(run, memberships, details);
  };
}

function overviewOf(run: RunRecord, memberships: readonly Membership[], details: Details): RunOverview {
  const { id, scenario: name, seed, startedAt, status, ended } = run;
  const isRunning = status === "running";
  return {
    id,
    name,
    seed,
    scenario: scenarioDigest(withKin(run).kin),
    plan: planOf(run),
    fleet: fleetOf(run),
    clock: isLive(run) ? "wall" : "virtual",
    experiments: memberships.filter((one) => one.run === id).map(({ experiment, arm }) => ({ experiment, arm })),
    created: Date.parse(startedAt) / 1000,
    state: isRunning ? "running" : "ended",
    ended: isRunning ? null : endingOf(status, ended),
    isHosted: false,
    ...details,
    ...progressOf(run, details),
  };
}

type Progress = Omit<Details, "clients" | "openTasks"> &
  Pick<RunOverview, "seconds" | "version" | "accuracy" | "loss" | "bytesUp" | "bytesDown">;

/** How far a run has come: to its end or, where none is written down, to what was measured last. */
function progressOf(run: RunRecord, { measuredVersion, updates }: Details): Progress {
  if (run.rounds === null) return measuredProgress(run, updates);
  return {
    seconds: run.virtualSeconds ?? 0,
    version: run.rounds,
    accuracy: run.testAccuracy,
    loss: run.testLoss,
    measuredVersion,
    updates,
    bytesUp: run.bytesUp ?? 0,
    bytesDown: run.bytesDown ?? 0,
  };
}

function measuredProgress({ folder }: RunRecord, updates: Details["updates"]): Progress {
  const last = lastMeasured(folder);
  if (last === null) return { ...NO_PROGRESS, updates };
  const { virtualSeconds: seconds, version, testAccuracy: accuracy, testLoss: loss } = last;
  const { updatesUsed, bytesUp, bytesDown } = last;
  // Where there is a history, all is counted up to the same row of it.
  const accepted = updates.late === null ? updatesUsed : updates.accepted;
  const model = { version, accuracy, loss, measuredVersion: version };
  return { seconds, ...model, updates: { ...updates, accepted }, bytesUp, bytesDown };
}

const NO_MODEL = { version: 0, accuracy: null, loss: null, measuredVersion: null } as const;
const NO_PROGRESS = { ...NO_MODEL, seconds: 0, bytesUp: 0, bytesDown: 0 } as const;

function endingOf(status: RunRecord["status"], ended: string | null): string {
  const why = ended ?? "";
  return status === "finished" ? why : [status, why].filter((text) => text !== "").join(": ");
}

/** Of a run that has left a result. How many clients were there at its end would take all of its history to tell. */
function finalDetails(run: RunRecord): Details | null {
  if (run.status === "running") return null;
  try {
    const { clients, measurements, scorecard } = readOutcome(run).outcome;
    const accepted = clients.reduce((sum, { timesUsed }) => sum + timesUsed, 0);
    const { updatesLate: late, updatesAbandoned: abandoned } = scorecard.delay;
    return {
      measuredVersion: measurements.at(-1)?.version ?? null,
      clients: { known: clients.length, available: null, connected: null },
      openTasks: 0,
      updates: { accepted, late, abandoned, invalid: {} },
    };
  } catch {
    return null;
  }
}

/** Of a run without a result: as far as its history leads. */
function replayedDetails(run: RunRecord, history: StoredHistory | null): Details {
  const known = clientsAsked(run);
  const measuredVersion = lastMeasured(run.folder)?.version ?? null;
  if (history === null) {
    return {
      measuredVersion,
      clients: { known, available: null, connected: null },
      openTasks: run.status === "running" ? null : 0,
      updates: { accepted: 0, late: null, abandoned: null, invalid: {} },
    };
  }
  const { clients, counts } = history.fleet;
  const { openTasks, answered, late, abandoned, invalid } = counts;
  const available = Array.from(clients.values()).filter(({ isAvailable }) => isAvailable).length;
  const accepted = answered - late - abandoned - invalid;
  return {
    measuredVersion,
    clients: { known: Math.max(known, clients.size), available, connected: available },
    openTasks: run.status === "running" ? openTasks : 0,
    updates: { accepted, late, abandoned, invalid: invalid === 0 ? {} : { any: invalid } },
  };
}

const partEntry = z.looseObject({ name: z.string() });
const scenarioFile = z.looseObject({ partition: partEntry.optional(), fleet: partEntry.optional() });
const planKept = z.looseObject({
  parts: z.array(z.object({ room: z.string(), name: z.string(), options: z.record(z.string(), z.json()) })),
});

/** How many clients its scenario has, where that says so; else 0. */
function clientsAsked({ file }: RunRecord): number {
  const clients = scenarioFile.safeParse(file).data?.partition?.["clients"];
  return typeof clients === "number" ? clients : 0;
}

function planOf({ plan }: RunRecord): string {
  const parts: readonly unknown[] = planKept.safeParse(plan).data?.parts ?? [];
  return planWords(parts.filter(isPart));
}

function fleetOf({ file }: RunRecord): string {
  const fleet = scenarioFile.safeParse(file).data?.fleet;
  if (fleet === undefined) return "";
  const { name, ...options } = fleet;
  const part: unknown = { room: "fleet", name, options };
  return isPart(part) ? partWords(part) : name;
}

/** What was written down as a part is one: it is only told, and never made again from this. */
function isPart(value: unknown): value is PartReference {
  return typeof value === "object" && value !== null && "room" in value && "options" in value;
}
