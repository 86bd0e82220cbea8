/**
 * The runs of a coordinator.
 *
 * @module
 */
import { decodePlain, encodePlain, ownState, type Seconds } from "@potluck/core";
import type { Measurement } from "@potluck/scenario";
import type { SnapshotStore } from "../run/hosted-run.ts";
import type { MeasurementStore } from "../run/measurer.ts";
import type { Database } from "./database.ts";

/** A run as it was created. */
export interface RunRecord {
  readonly id: string;
  /** The scenario as a JSON document. */
  readonly scenario: string;
  readonly seed: number;
  /** Seconds since 1970. */
  readonly created: Seconds;
}

/** The runs of a database. */
export interface Runs {
  readonly all: () => readonly RunRecord[];
  readonly create: (record: RunRecord) => void;
}

/** The runs in a database. */
export function runsIn(database: Database): Runs {
  const select = database.prepare("SELECT id, scenario, seed, created FROM runs ORDER BY created, id");
  const insert = database.prepare("INSERT INTO runs (id, scenario, seed, created) VALUES (?, ?, ?, ?)");
  return {
    all: () =>
      select.all().map(({ id, scenario, seed, created }) => ({
        id: String(id),
        scenario: String(scenario),
        seed: Number(seed),
        created: Number(created),
      })),
    create: ({ id, scenario, seed, created }) => {
      insert.run(id, scenario, seed, created);
    },
  };
}

/** The last snapshot of a run. */
export function snapshotsOf(database: Database, run: string): SnapshotStore {
  const select = database.prepare("SELECT body FROM snapshots WHERE run = ?");
  const replace = database.prepare("INSERT OR REPLACE INTO snapshots (run, number, body) VALUES (?, ?, ?)");
  return {
    load: () => bytesIn(select.get(run)?.["body"]),
    save: (number, snapshot) => {
      replace.run(run, number, snapshot);
    },
  };
}

/** What was measured of a run. */
export function measurementsOf(database: Database, run: string): MeasurementStore {
  const select = database.prepare("SELECT body FROM measurements WHERE run = ? ORDER BY rowid");
  const insert = database.prepare("INSERT INTO measurements (run, body) VALUES (?, ?)");
  return {
    load: () =>
      select.all(run).map(({ body }) => ownState<Measurement>(decodePlain(bytesIn(body) ?? new Uint8Array(0)))),
    save: (measurement) => {
      insert.run(run, encodePlain(measurement));
    },
  };
}

function bytesIn(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}
