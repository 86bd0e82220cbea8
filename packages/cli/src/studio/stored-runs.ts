/**
 * The runs of a store as a coordinator shows its own: plain data, of which the studio makes its views.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { figuresOf, type RunFigures, type RunOutcome } from "@potluck/scenario";
import type {
  ClientOverview,
  EventsSince,
  NoModel,
  ReportPage,
  RunOverview,
  RunsView,
  WantedModel,
} from "@potluck/server";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { fileSizes, removeRunFolder, REPORT_FILE } from "../output/run-folder.ts";
import { readOutcome, readPlainOutcome } from "../output/run-outcome.ts";
import { reportOf } from "../output/report-of.ts";
import { renderReport } from "../report/render-report.ts";
import type { RunRecord } from "../store/run-record.ts";
import type { RunStore } from "../store/run-store.ts";
import { historyPart } from "../output/history-file.ts";
import { measuredLines } from "./measured-lines.ts";
import { finalClients, replayedClients, replayedRefusals, replayedTasks } from "./stored-clients.ts";
import { type StoredHistory, storedHistories } from "./stored-history.ts";
import { type OverviewOf, storedOverviews } from "./stored-overview.ts";

/** The runs of a store. What its files do not tell, as of a run that goes on, is said to be missing. */
export function storedRuns(store: RunStore): RunsView {
  const historyOf = storedHistories();
  const overviewOf = storedOverviews(historyOf);
  const recordOf = (id: string): RunRecord | null => store.list().find((run) => run.id === id) ?? null;
  const of = async <T>(id: string, work: (run: RunRecord) => Promise<T> | T): Promise<T | null> => {
    const run = recordOf(id);
    return run === null ? null : work(run);
  };
  /** What the history of a run comes to; `without` where it has none. */
  const replayed = async <T>(
    id: string,
    without: T,
    work: (history: StoredHistory, run: RunRecord) => T,
  ): Promise<T | null> =>
    of(id, async (run) => {
      const history = await historyOf(run);
      return history === null ? without : work(history, run);
    });
  return {
    list: async () => overviewsOf(store, overviewOf),
    one: async (id) => of(id, (run) => overviewOf(run, store.memberships())),
    summary: async (id) => of(id, summaryOf),
    scorecard: async (id) => of(id, (run) => outcomeOf(run)?.scorecard ?? "missing"),
    result: async (id) => of(id, resultOf),
    report: async (id) => of(id, pageOf),
    measurements: async (id) => of(id, (run) => outcomeOf(run)?.measurements ?? measuredLines(run.folder)),
    refusals: async (id) => replayed(id, [], replayedRefusals),
    figures: async (id) => of(id, figuresIn),
    events: async (id, after) => replayed(id, NO_EVENTS, (history) => eventsAfter(history, after)),
    history: async (id, after) => of(id, async ({ folder }) => historyPart(folder, after)),
    clients: async (id) => of(id, async (run) => clientsOf(run, await historyOf(run))),
    tasks: async (id) =>
      replayed(id, [], (history, { status }) => (status === "running" ? replayedTasks(history) : [])),
    model: async (id, wanted) => of(id, async (run) => modelOf(run, wanted)),
    setPaused: async (id) => of(id, ({ status }) => (status === "running" ? "elsewhere" : false)),
    stop: async (id) => of(id, ({ status }) => (status === "running" ? "elsewhere" : false)),
    remove: async (id) => of(id, (run) => removed(store, run)),
    sendAway: async () => {},
  };
}

async function overviewsOf(store: RunStore, overviewOf: OverviewOf): Promise<readonly RunOverview[]> {
  const memberships = store.memberships();
  return Promise.all(store.list().map(async (run) => overviewOf(run, memberships)));
}

const NO_EVENTS: EventsSince = { last: 0, events: [] };

function eventsAfter({ rows, last }: StoredHistory, after: number): EventsSince {
  return { last: rows, events: last.slice(last.length - Math.min(last.length, Math.max(0, rows - after))) };
}

function figuresIn(run: RunRecord): RunFigures | "missing" {
  const outcome = outcomeOf(run);
  return outcome === null ? "missing" : figuresOf(outcome);
}

/** Its clients as its result and its history tell of them. */
function clientsOf(run: RunRecord, history: StoredHistory | null): readonly ClientOverview[] | "missing" {
  const outcome = outcomeOf(run);
  if (outcome !== null) return finalClients(outcome.clients, history);
  return history === null ? "missing" : replayedClients(history, run.status === "running");
}

/** What a run has come to; null where it has no result, or that cannot be read any more. */
function outcomeOf(run: RunRecord): RunOutcome | null {
  return run.status === "running" ? null : orNull(() => readOutcome(run).outcome);
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

function summaryOf(run: RunRecord): object {
  const path = join(run.folder, "summary.json");
  const summary: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  const { scenario, status, ended, seed } = run;
  return typeof summary === "object" && summary !== null ? summary : { run: run.id, scenario, status, ended, seed };
}

function resultOf(run: RunRecord): object | "missing" {
  return (run.status === "running" ? null : orNull(() => readPlainOutcome(run))) ?? "missing";
}

/** The report that the run has left, or one that is made of its result. */
async function pageOf(run: RunRecord): Promise<ReportPage | "missing"> {
  const path = join(run.folder, REPORT_FILE);
  const stored = run.status === "running" ? null : orNull(() => readOutcome(run));
  if (stored === null) return "missing";
  if (existsSync(path)) return { html: await readFile(path, "utf8") };
  const about = { run: run.id, title: run.title ?? run.scenario, command: run.command };
  const { outcome: result, measuredAfter: wallSeconds } = stored;
  const report = reportOf({ ...about, result, wallSeconds, fileBytes: fileSizes(run.folder) });
  return { html: await renderReport(report) };
}

/** The file of a model; of several that were trained side by side, and no number, that of the best. */
async function modelOf({ folder }: RunRecord, { format, number }: WantedModel): Promise<Uint8Array | NoModel> {
  const own = number === null ? null : join(folder, `model-${number}.onnx`);
  if (own !== null && existsSync(own)) return format === "onnx" ? readFile(own) : "onnx-only";
  if ((number ?? 0) > 0) return "unknown";
  const path = join(folder, `model.${format}`);
  return existsSync(path) ? readFile(path) : "missing";
}

/** Deletes a run that has ended, with its files, unless another run has its folder by now. */
function removed(store: RunStore, run: RunRecord): boolean {
  if (!store.forget(run.id)) return false;
  const isShared = store.list().some(({ folder }) => resolve(folder) === resolve(run.folder));
  if (!isShared) removeRunFolder(run.folder, isInside(store.folder, run.folder));
  return true;
}

function isInside(store: string, folder: string): boolean {
  const inside = relative(resolve(store), resolve(folder));
  return inside !== "" && inside.split(sep)[0] !== ".." && resolve(store, inside) === resolve(folder);
}
