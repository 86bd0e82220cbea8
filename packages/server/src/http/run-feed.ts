/**
 * The feed of a run: what there is to see of it, and then what has changed, line by line.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { RunsView } from "./runs-view.ts";

/** How a feed goes on. */
export interface FeedOptions {
  /** So many looks are taken at most. */
  readonly lines: number;
  /** Waits from one look to the next. */
  readonly pause: () => Promise<void>;
  /** Seconds that never jump. */
  readonly steady: () => Seconds;
}

/** Results are made of everything that a run has: making them may take no more than this share of the time. */
const RESULTS_SHARE = 0.1;

/** The runs, of whose clients more may be known. */
type FeedView = Pick<RunsView, "one" | "measurements" | "refusals" | "scorecard"> & {
  readonly clients: (run: string) => Promise<readonly { readonly client: number }[] | null>;
};

/** What a reader has been told. */
interface Told {
  readonly clients: Map<number, string>;
  measurements: number;
  /** The newest refusal. */
  refusal: string;
  /** The version and the loss at which the results were looked at: a version is measured after it is published. */
  measured: string;
  /** When they may be looked at again. */
  rested: Seconds;
  ended: boolean;
  overview: string;
}

/** Lines of JSON until the run has ended, or so many looks were taken. Ends as well where the run is not there any more. */
export async function* feedOf(
  view: FeedView,
  run: string,
  { lines, pause, steady }: FeedOptions,
): AsyncGenerator<string> {
  const told: Told = {
    clients: new Map(),
    measurements: 0,
    refusal: "",
    measured: "",
    rested: 0,
    ended: false,
    overview: "",
  };
  for (let line = 0; line < lines && !told.ended; line++) {
    if (line > 0) await pause();
    const news = await newsOf(view, told, { run, steady });
    if (news === null) return;
    if (news !== "none") yield `${JSON.stringify(news)}\n`;
  }
}

interface Look {
  readonly run: string;
  readonly steady: () => Seconds;
}

async function newsOf(view: FeedView, told: Told, { run, steady }: Look): Promise<object | "none" | null> {
  const overview = await view.one(run);
  if (overview === null) return null;
  const clients = changedClients((await view.clients(run)) ?? [], told);
  const refusals = newRefusals((await view.refusals(run)) ?? [], told);
  const measured = `${overview.version} ${overview.loss}`;
  const began = steady();
  const isMeasured = (measured !== told.measured && began >= told.rested) || overview.state === "ended";
  const results = isMeasured ? await newResults(view, run, told) : {};
  const text = JSON.stringify(overview);
  const isNew = text !== told.overview || clients.length > 0 || refusals.length > 0 || isMeasured;
  if (isMeasured) {
    told.measured = measured;
    told.rested = began + (steady() - began) / RESULTS_SHARE;
  }
  told.ended = overview.state === "ended";
  told.overview = text;
  return isNew ? { run: overview, clients, refusals, ...results } : "none";
}

function changedClients(clients: readonly { readonly client: number }[], told: Told): readonly object[] {
  return clients.filter((one) => {
    const text = JSON.stringify(one);
    const isChanged = told.clients.get(one.client) !== text;
    told.clients.set(one.client, text);
    return isChanged;
  });
}

/** Those before the newest that was told: the newest stand first. */
function newRefusals(refusals: readonly object[], told: Told): readonly object[] {
  const known = refusals.findIndex((refusal) => JSON.stringify(refusal) === told.refusal);
  const [newest] = refusals;
  if (newest !== undefined) told.refusal = JSON.stringify(newest);
  return known === -1 ? refusals : refusals.slice(0, known);
}

async function newResults(view: FeedView, run: string, told: Told): Promise<object> {
  const [all, scorecard] = await Promise.all([view.measurements(run), view.scorecard(run)]);
  const measurements = (all ?? []).slice(told.measurements);
  told.measurements += measurements.length;
  return { measurements, scorecard };
}
