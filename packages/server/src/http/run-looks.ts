/**
 * Looks at a run, taken about once a second and shared by all who read of it: what is looked at is asked for once, and what has changed is found once.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { RunOverview, RunsView } from "./runs-view.ts";

/** The runs, of whose clients more may be known. */
export type LookedAt = Pick<RunsView, "one" | "measurements" | "refusals" | "scorecard" | "figures" | "events"> & {
  readonly clients: (run: string) => Promise<readonly { readonly client: number }[] | "missing" | null>;
};

/** What looks rest on. */
export interface LooksOptions {
  /** Waits from one look to the next. */
  readonly pause: () => Promise<void>;
  /** Seconds that never jump. */
  readonly steady: () => Seconds;
}

/** A run as it was seen last. */
export interface Looks {
  /** The number of the last look, from 1. */
  readonly number: number;
  readonly hasEnded: boolean;
  /** A line of JSON of what is new since a look; null where nothing is. 0 stands for no look: everything is new. */
  readonly since: (told: number) => string | null;
}

/** Results are made of everything that a run has: making them may take no more than this share of the time. */
const RESULTS_SHARE = 0.1;

/** So many of the last refusals and events are kept for those who begin to read. */
const MOST_KEPT = 200;

/** Something with the look in which it was new. */
interface New<T> {
  readonly look: number;
  readonly value: T;
}

/** Values in order, the newest last. */
type Log<T> = readonly New<T>[];

type Client = object & { readonly client: number };

interface Results {
  readonly scorecard: object | null;
  readonly figures: object | null;
}

/** What is known of a run. */
interface Known {
  number: number;
  overview: New<RunOverview> | null;
  /** Null where it is not known which there are. */
  clients: ReadonlyMap<number, New<Client>> | null;
  /** The oldest first. */
  refusals: Log<object>;
  events: Log<unknown>;
  /** The last event that was seen. */
  lastEvent: number;
  measurements: Log<object>;
  results: New<Results> | null;
  /** The version and the loss at which the results were looked at: a version is measured after it is published. */
  measured: string;
  /** When they may be looked at again. */
  rested: Seconds;
}

/** Looks at one run, for as many as want to. */
export interface LooksAtRun {
  /** The look after one of this number, or the newest, if that is later; null where the run is not there. */
  readonly after: (number: number) => Promise<Looks | null>;
}

/** Looks at a run, each of which is taken when somebody waits for it. */
export function looksAt(view: LookedAt, run: string, { pause, steady }: LooksOptions): LooksAtRun {
  const known: Known = {
    number: 0,
    overview: null,
    clients: new Map(),
    refusals: [],
    events: [],
    lastEvent: 0,
    measurements: [],
    results: null,
    measured: "",
    rested: 0,
  };
  let [newest, coming]: [Looks | null, Promise<Looks | null> | null] = [null, null];
  const next = async (): Promise<Looks | null> => {
    try {
      if (known.number > 0) await pause();
      newest = (await takeLook(view, run, { known, steady })) ? looksOf(known) : null;
      return newest;
    } finally {
      coming = null;
    }
  };
  return {
    after: async (number) => (newest !== null && newest.number > number ? newest : (coming ??= next())),
  };
}

interface Looking {
  readonly known: Known;
  readonly steady: () => Seconds;
}

/** Looks; whether the run is there. */
async function takeLook(view: LookedAt, run: string, { known, steady }: Looking): Promise<boolean> {
  const overview = await view.one(run);
  if (overview === null) return false;
  const [clients, refusals, events] = await Promise.all([
    view.clients(run),
    view.refusals(run),
    view.events(run, known.lastEvent),
  ]);
  const number = known.number + 1;
  known.clients = clients === "missing" ? null : changed(known.clients ?? new Map(), clients ?? [], number);
  known.refusals = withNew(known.refusals, newRefusals(known, refusals ?? []), number).slice(-MOST_KEPT);
  if (events !== null) {
    known.events = withNew(known.events, events.events, number).slice(-MOST_KEPT);
    known.lastEvent = events.last;
  }
  await lookAtResults(view, overview, { known, steady, number });
  // The last version is measured after the run has ended: results wait for that.
  const now = overview.state === "ended" ? ((await view.one(run)) ?? overview) : overview;
  if (known.overview === null || !isAlike(known.overview.value, now)) known.overview = { look: number, value: now };
  known.number = number;
  return true;
}

/** The scores and what else is made of everything, unless they were looked at just now. */
async function lookAtResults(
  view: LookedAt,
  { id, version, loss, state }: RunOverview,
  { known, steady, number }: Looking & { readonly number: number },
): Promise<void> {
  const measured = `${version} ${loss}`;
  const began = steady();
  if ((measured === known.measured || began < known.rested) && state !== "ended") return;
  const [all, scorecard, figures] = await Promise.all([view.measurements(id), view.scorecard(id), view.figures(id)]);
  known.measurements = withNew(known.measurements, (all ?? []).slice(known.measurements.length), number);
  known.results = { look: number, value: { scorecard: orNull(scorecard), figures: orNull(figures) } };
  known.measured = measured;
  known.rested = began + (steady() - began) / RESULTS_SHARE;
}

function orNull(made: object | "missing" | null): object | null {
  return made === "missing" ? null : made;
}

/** The clients with the looks in which they were other than before. */
function changed(
  before: ReadonlyMap<number, New<Client>>,
  clients: readonly Client[],
  look: number,
): ReadonlyMap<number, New<Client>> {
  return new Map(
    clients.map((value) => {
      const last = before.get(value.client);
      return [value.client, last !== undefined && isSame(last.value, value) ? last : { look, value }];
    }),
  );
}

/** Whether all fields are the same, of objects of one kind that have plain values. */
function isSame(one: object, other: object): boolean {
  const values = Object.values(other);
  return Object.values(one).every((value, at) => value === values[at]);
}

function isAlike(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function withNew<T>(log: Log<T>, values: readonly T[], look: number): Log<T> {
  return values.length === 0 ? log : [...log, ...values.map((value) => ({ look, value }))];
}

/** Those after the newest that was seen, the oldest first; given are the newest first. */
function newRefusals({ refusals }: Known, given: readonly object[]): readonly object[] {
  const newest = refusals.at(-1)?.value;
  const at = newest === undefined ? -1 : given.findIndex((refusal) => isAlike(refusal, newest));
  return (at === -1 ? given : given.slice(0, at)).toReversed();
}

/** What is known now. A line is made once for all who have been told the same. */
function looksOf(known: Known): Looks {
  const { number, overview, clients, refusals, events, measurements, results } = known;
  const lines = new Map<number, string | null>();
  const lineSince = (told: number): string | null => {
    const after = <T>(values: Iterable<New<T>>): readonly T[] =>
      Array.from(values).flatMap(({ look: own, value }) => (own > told ? [value] : []));
    const news = {
      clients: clients === null ? null : after(clients.values()),
      refusals: after(refusals).toReversed(),
      events: after(events),
      ...(results !== null && results.look > told && { measurements: after(measurements), ...results.value }),
    };
    const isNew = (overview?.look ?? 0) > told || "measurements" in news || Object.values(news).some(hasSome);
    return isNew ? `${JSON.stringify({ run: overview?.value, ...news })}\n` : null;
  };
  return {
    number,
    hasEnded: overview?.value.state === "ended",
    since: (told) => {
      const line = lines.get(told) ?? lineSince(told);
      lines.set(told, line);
      return line;
    },
  };
}

function hasSome(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
