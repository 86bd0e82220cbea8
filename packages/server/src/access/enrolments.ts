/**
 * Which devices have come in, for which runs, and which were sent away for good.
 *
 * A device is its Ed25519 public key, in hexadecimal. One that has come in once needs no token again.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { StatementSync } from "node:sqlite";
import { type Database, inTransaction } from "../store/database.ts";
import type { Refusal } from "./refusal.ts";
import type { TokenClaims, Tokens } from "./tokens.ts";

/** Somebody who has shown that it is a device, and wants to come in. */
export interface Comer {
  readonly device: string;
  /** "" where it brings none. */
  readonly token: string;
  /** The id of the run that it wants to join. */
  readonly run: string;
  /** Whether the run has it among its clients already. */
  readonly isMember?: boolean;
}

/** A device that has come in. */
export interface Enrolment {
  readonly device: string;
  readonly run: string;
  /** The token that it has come in with; null where none was asked for. */
  readonly token: string | null;
  readonly at: Seconds;
}

/** Who has come in. */
export interface Enrolments {
  /** Lets a device in and writes that down, or says why not. */
  readonly admit: (comer: Comer) => Promise<Refusal | null>;
  readonly isRevoked: (device: string) => boolean;
  /** All devices that were sent away. */
  readonly revoked: () => ReadonlySet<string>;
  /** Sends a device away for good; whether it was not already. It may never have come in. */
  readonly revoke: (device: string) => boolean;
  readonly of: (run: string) => readonly Enrolment[];
}

/** What enrolments rest on. */
export interface EnrolmentsOptions {
  readonly database: Database;
  readonly tokens: Tokens;
  readonly now: () => Seconds;
  /** Whether everybody is let in that was not sent away, without a token. */
  readonly isOpen: boolean;
}

/** The enrolments in a database. */
export function enrolmentsIn(options: EnrolmentsOptions): Enrolments {
  const { database, tokens, now, isOpen } = options;
  const known = database.prepare("SELECT 1 AS known FROM enrolments WHERE device = ? AND run = ?");
  const insert = database.prepare("INSERT INTO enrolments (device, run, token, at) VALUES (?, ?, ?, ?)");
  const list = database.prepare("SELECT device, run, token, at FROM enrolments WHERE run = ? ORDER BY at, device");
  const revoked = database.prepare("SELECT 1 AS revoked FROM revoked_devices WHERE device = ?");
  const allRevoked = database.prepare("SELECT device FROM revoked_devices");
  const revoke = database.prepare("INSERT OR IGNORE INTO revoked_devices (device, at) VALUES (?, ?)");
  const isRevoked = (device: string): boolean => revoked.get(device) !== undefined;
  const isKnown = (device: string, run: string): boolean => known.get(device, run) !== undefined;
  /** Those of the run that was asked for last: whoever watches a run asks again and again. */
  let asked: { readonly run: string; readonly enrolments: readonly Enrolment[] } | null = null;
  const enrolled = ({ device, run }: Comer, claims: TokenClaims | null): Refusal | null => {
    if (isRevoked(device)) return REVOKED;
    if (isKnown(device, run)) return null;
    const refusal = claims === null ? null : tokens.refusalOf(claims, run, device);
    if (refusal === null) {
      insert.run(device, run, claims?.id ?? null, now());
      asked = null;
    }
    return refusal;
  };
  // Looked up and written in one go: two that come at once cannot both be the last that a token lets in.
  const enrol = inBatches(database, ({ comer, claims }: Coming) => enrolled(comer, claims));
  return {
    admit: async (comer) => {
      if (isRevoked(comer.device)) return REVOKED;
      if (comer.isMember === true || isKnown(comer.device, comer.run)) return null;
      if (isOpen) return enrol({ comer, claims: null });
      const claims = await tokens.read(comer.token);
      return "code" in claims ? claims : enrol({ comer, claims });
    },
    isRevoked,
    revoke: (device) => Number(revoke.run(device, now()).changes) > 0,
    revoked: () => new Set(allRevoked.all().map(({ device }) => String(device))),
    of: (run) => {
      if (asked?.run !== run) asked = { run, enrolments: list.all(run).map(enrolmentIn) };
      return asked.enrolments;
    },
  };
}

function enrolmentIn({ device, run, token, at }: ReturnType<StatementSync["all"]>[number]): Enrolment {
  return {
    device: String(device),
    run: String(run),
    token: token === null ? null : String(token),
    at: Number(at),
  };
}

interface Coming {
  readonly comer: Comer;
  /** Null where no token is asked for. */
  readonly claims: TokenClaims | null;
}

/**
 * Does work with a database, all that has come up within a turn of the event loop in one transaction: a thousand devices that come at
 * once do not wait for the disk a thousand times. What is done is durable when its promise resolves.
 */
function inBatches<Item, Result>(database: Database, work: (item: Item) => Result): (item: Item) => Promise<Result> {
  let waiting: { readonly item: Item; readonly done: PromiseWithResolvers<Result> }[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    try {
      const results = inTransaction(database, () => batch.map(({ item, done }) => ({ done, result: work(item) })));
      for (const { done, result } of results) done.resolve(result);
    } catch (error) {
      for (const { done } of batch) done.reject(error);
    }
  };
  return async (item) => {
    const done = Promise.withResolvers<Result>();
    waiting.push({ item, done });
    if (waiting.length === 1) setImmediate(flush);
    return done.promise;
  };
}

const REVOKED: Refusal = { code: "device-revoked", detail: "this device was sent away for good" };
