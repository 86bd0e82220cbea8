import { clientId, taskId } from "@potluck/core";
import type { Measurement } from "@potluck/scenario";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Journaled, openJournal } from "./journal.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "potluck-"));
  const journal = openJournal(folder);
  journal.append(entries);
  journal.saveSnapshot(2, snapshot);
  journal.saveMeasurement(measurement);
  journal.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entries: readonly Journaled[] = [
  { number: 1, at: 0, entry: { kind: "member", client: clientId(0), device: "ab" } },
  { number: 2, at: 0, entry: { kind: "started", wall: 1000 } },
  {
    number: 3,
    at: 1.5,
    entry: {
      kind: "event",
      event: {
        kind: "update",
        client: clientId(0),
        task: taskId(0),
        update: {
          payload: Uint8Array.from({ length: 400 }, (_, at) => at % 256),
          examples: 10,
          steps: 2,
          trainLoss: 0.5,
          spent: { downloadSeconds: 0, computeSeconds: 1, uploadSeconds: 0 },
        },
      },
    },
  },
];
const snapshot = Uint8Array.from({ length: 100 }, (_, at) => at);
const measurement: Measurement = {
  version: 1,
  virtualSeconds: 1,
  testLoss: 0.5,
  testAccuracy: 0.5,
  trainLoss: 0.5,
  updatesUsed: 1,
  bytesUp: 1,
  bytesDown: 1,
  scores: {
    clientsNeverUsed: 0,
    participationFairness: 1,
    stalenessP95: 0,
    idleShare: 0,
    contributionGap: 0,
    wastedWorkShare: 0,
    bytesLost: 0,
    objectiveBias: null,
  },
};

/** Does something with the database that nobody who uses it would do. */
function damage(sql: string): void {
  const database = new DatabaseSync(join(folder, "journal.db"));
  database.exec(sql);
  database.close();
}

/** Turns a bit of a body over, at a byte of it from 1 on. */
function turnOver(table: string, where: string, at: number): void {
  const database = new DatabaseSync(join(folder, "journal.db"));
  const body = database.prepare(`SELECT body FROM ${table} WHERE ${where}`).get()?.["body"];
  if (!(body instanceof Uint8Array)) throw new TypeError("no body");
  const damaged = body.with(at, (body[at] ?? 0) ^ 1);
  database.prepare(`UPDATE ${table} SET body = ? WHERE ${where}`).run(damaged);
  database.close();
}

function withJournal<T>(work: (journal: ReturnType<typeof openJournal>) => T): T {
  const journal = openJournal(folder);
  try {
    return work(journal);
  } finally {
    journal.close();
  }
}

const corrupt: unknown = expect.objectContaining({ code: "store-corrupt" });

test("what was written is read again, from any number on", () => {
  expect(withJournal((journal) => [...journal.after(0)])).toEqual(entries);
  expect(withJournal((journal) => [...journal.after(2)])).toEqual(entries.slice(2));
  expect(withJournal((journal) => journal.snapshot())).toEqual(snapshot);
  expect(withJournal((journal) => journal.measurements())).toEqual([measurement]);
});

test("payloads that are blobs are told apart from those that stand in it", () => {
  const [, , update] = entries;
  const name = { sha256: "ab".repeat(32), bytes: 100_000 };
  const kept = (number: number, payload: Uint8Array | typeof name): Journaled => {
    if (update?.entry.kind !== "event" || update.entry.event.kind !== "update") throw new TypeError("no update");
    const event = { ...update.entry.event, update: { ...update.entry.event.update, payload } };
    return { number, at: 2, entry: { kind: "event", event } };
  };
  withJournal((journal) => journal.append([kept(4, name), kept(5, new Uint8Array(60_000)), kept(6, name)]));
  expect(withJournal((journal) => journal.blobs())).toEqual([name, name]);
});

test("a bit that is not what was written is noticed, in the payload of an update, too", () => {
  turnOver("entries", "number = 3", 300);
  expect(() => withJournal((journal) => [...journal.after(0)])).toThrow(corrupt);
  expect(withJournal((journal) => journal.snapshot())).toEqual(snapshot);
});

test("an instant that is not what was written is noticed", () => {
  damage("UPDATE entries SET at = 1.25 WHERE number = 3");
  expect(() => withJournal((journal) => [...journal.after(0)])).toThrow(corrupt);
});

test("an entry that is missing is noticed", () => {
  damage("DELETE FROM entries WHERE number = 2");
  expect(() => withJournal((journal) => [...journal.after(0)])).toThrow(/entry 2 is missing/);
});

test("a snapshot that was damaged is passed over: everything follows from the entries", () => {
  expect(withJournal((journal) => journal.isSnapshotDamaged())).toBe(false);
  turnOver("snapshots", "place = 1", 50);
  expect(withJournal((journal) => [journal.snapshot(), journal.isSnapshotDamaged()])).toEqual([null, true]);
  expect(withJournal((journal) => [...journal.after(0)])).toEqual(entries);
});

test("entries that are missing at the end are noticed where a snapshot holds them", () => {
  damage("DELETE FROM entries WHERE number > 1");
  expect(() => withJournal((journal) => journal.snapshot())).toThrow(/its last entries are missing/);
});

test("a measurement that was damaged is noticed", () => {
  turnOver("measurements", "number = 1", 20);
  expect(() => withJournal((journal) => journal.measurements())).toThrow(corrupt);
});

test("a journal is open once, and one of other software is not touched", () => {
  withJournal(() => {
    expect(() => openJournal(folder)).toThrow(expect.objectContaining({ code: "folder-in-use" }));
  });
  damage("PRAGMA user_version = 1000");
  expect(() => openJournal(folder)).toThrow(/format 1000, not 2/);
});
