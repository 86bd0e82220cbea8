/**
 * A run as it was at some instant, put together from its history.
 *
 * @module
 */
import { type FleetReplay, fleetReplay } from "@potluck/scenario";
import type { Client, Run } from "../api/answers.ts";
import type { HistoryRow } from "../api/history.ts";
import type { RunStory } from "./watch-run.ts";

/** A run as it was. */
export interface Moment {
  readonly at: number;
  /** How many rows of the history had happened by then. */
  readonly rows: number;
  readonly clients: ReadonlyMap<number, Client>;
  /** What of the run at a glance follows from its history. */
  readonly counts: Pick<Run, "version" | "openTasks" | "updates">;
}

/** Goes through a history. */
export interface Replay {
  readonly rows: readonly HistoryRow[];
  readonly momentAt: (at: number) => Moment;
}

interface Stage {
  readonly fleet: FleetReplay;
  row: number;
  at: number;
}

/** What of a moment later rows tell: of each answer when it set out, by its task, and of each client when it left last. */
interface Hindsight {
  readonly sendings: ReadonlyMap<number, number>;
  readonly departures: ReadonlyMap<number, number>;
}

/** The replay of a history, whose rows are in order; `clients` say what of them does not change. */
export function replayOf(rows: readonly HistoryRow[], clients: ReadonlyMap<number, Client>): Replay {
  const sendings = new Map(
    rows.flatMap(([at, what, , task, , more]) =>
      what === "answered" && task !== null && typeof more === "number" ? [[task, at - more] as const] : [],
    ),
  );
  const departures = new Map(
    rows.flatMap(([at, what, client]) => (what === "left" && client !== null ? [[client, at] as const] : [])),
  );
  let stage = emptyStage();
  return {
    rows,
    momentAt: (at) => {
      if (at < stage.at) stage = emptyStage();
      stage.at = at;
      for (let row = rows[stage.row]; row !== undefined && row[0] <= at; row = rows[stage.row]) {
        stage.fleet.play(row);
        stage.row += 1;
      }
      return momentOf(stage, clients, { sendings, departures });
    },
  };
}

function emptyStage(): Stage {
  return { fleet: fleetReplay(), row: 0, at: -Infinity };
}

function momentOf(
  { fleet, row, at }: Stage,
  clients: ReadonlyMap<number, Client>,
  { sendings, departures }: Hindsight,
): Moment {
  const { version, openTasks, answered, late, abandoned, invalid } = fleet.counts;
  const shown = new Map<number, Client>();
  for (const [client, { askedAt: _, ...own }] of fleet.clients) {
    const isSending = own.task !== null && (sendings.get(own.task) ?? Infinity) <= at;
    const isConnected = own.isAvailable;
    const known = clients.get(client) ?? { ...STRANGER, client };
    // Who was sent away for good in the end is not yet while it is there, or comes back.
    const isRevoked = known.isRevoked && !own.isAvailable && (departures.get(client) ?? Infinity) <= at;
    shown.set(client, { ...known, ...own, isConnected, isSending, isRevoked });
  }
  const accepted = answered - late - abandoned - invalid;
  const updates = { accepted, late, abandoned, invalid: { any: invalid } };
  return { at, rows: row, clients: shown, counts: { version, openTasks, updates } };
}

const STRANGER = { device: "", tier: "", examples: null, isRevoked: false };

/** So many of the last events are shown. */
const MOST_EVENTS = 1000;

/** The story of a run as it was. What is known only of its end is left out. */
export function storyAt(story: RunStory, replay: Replay, at: number): RunStory {
  const { rows, clients, counts } = replay.momentAt(at);
  const measurements = story.measurements.filter(({ virtualSeconds }) => virtualSeconds <= at);
  const last = measurements.at(-1);
  const available = Array.from(clients.values()).filter(({ isAvailable }) => isAvailable).length;
  return {
    run: {
      ...story.run,
      ...counts,
      seconds: at,
      accuracy: last?.testAccuracy ?? null,
      loss: last?.testLoss ?? null,
      measuredVersion: last?.version ?? null,
      clients: { known: clients.size, available, connected: available },
      bytesUp: last?.bytesUp ?? 0,
      bytesDown: last?.bytesDown ?? 0,
    },
    clients,
    measurements,
    events: replay.rows.slice(Math.max(0, rows - MOST_EVENTS), rows),
    scorecard: null,
    figures: null,
  };
}
