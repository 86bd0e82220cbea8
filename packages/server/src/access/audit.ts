/**
 * The audit log: who has done what to a coordinator, and when.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { Database } from "../store/database.ts";

/** What is written down. */
export type AuditAction =
  | "key-created"
  | "key-revoked"
  | "token-created"
  | "token-revoked"
  | "device-revoked"
  | "run-begun"
  | "run-stopped"
  | "run-paused"
  | "run-resumed"
  | "run-deleted"
  | "model-downloaded"
  | "request-refused";

/** One thing that was done. */
export interface AuditEntry {
  /** From 1, rising. */
  readonly number: number;
  /** Seconds since 1970. */
  readonly at: Seconds;
  /** The name of a key, or the address of somebody without one. */
  readonly who: string;
  readonly action: AuditAction;
  /** What it was done to: the id of a key, a token, a run or a device, or the path of a request. */
  readonly subject: string;
  readonly detail: string;
}

/** The audit log of a coordinator. */
export interface Audit {
  readonly note: (what: Omit<AuditEntry, "number" | "at">) => void;
  /** The newest first: at most `most` with numbers below `before`. */
  readonly newest: (most: number, before?: number) => readonly AuditEntry[];
}

/** So many entries are kept; the oldest go first. */
const MAX_ENTRIES = 100_000;

const MAX_TEXT = 300;

/** The audit log in a database. */
export function auditIn(database: Database, now: () => Seconds, most: number = MAX_ENTRIES): Audit {
  const insert = database.prepare("INSERT INTO audit (at, who, action, subject, detail) VALUES (?, ?, ?, ?, ?)");
  const trim = database.prepare("DELETE FROM audit WHERE number <= ?");
  const select = database.prepare("SELECT * FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?");
  return {
    note: ({ who, action, subject, detail }) => {
      const texts = [who, action, subject, detail].map((text) => text.slice(0, MAX_TEXT));
      trim.run(Number(insert.run(now(), ...texts).lastInsertRowid) - most);
    },
    newest: (count, before = Number.MAX_SAFE_INTEGER) => select.all(before, count).map(entryOf),
  };
}

const ACTIONS: readonly AuditAction[] = [
  "key-created",
  "key-revoked",
  "token-created",
  "token-revoked",
  "device-revoked",
  "run-begun",
  "run-stopped",
  "run-paused",
  "run-resumed",
  "run-deleted",
  "model-downloaded",
  "request-refused",
];

function entryOf({ number, at, who, action, subject, detail }: Record<string, unknown>): AuditEntry {
  return {
    number: Number(number),
    at: Number(at),
    who: String(who),
    action: ACTIONS.find((known) => known === action) ?? "request-refused",
    subject: String(subject),
    detail: String(detail),
  };
}
