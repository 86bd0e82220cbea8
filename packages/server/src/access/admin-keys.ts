/**
 * Keys of those who look after a coordinator: viewers, operators, admins.
 *
 * A key is `plk_<id>_<secret>`, the secret 32 random bytes. It is shown once; what is kept is the SHA-256 of the secret, which needs no
 * salt and no slow hash because nobody can guess 256 random bits.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Database } from "../store/database.ts";

/** What keys may do, each more than the one before: look; stop runs, make tokens, send devices away; make keys and read the audit log. */
export const roles = ["viewer", "operator", "admin"] as const;

/** What a key may do. */
export type Role = (typeof roles)[number];

/** Whether whoever has the role `held` may do what asks for `needed`. */
export function mayDo(held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed);
}

/** A key as it is known; the key itself is not kept. */
export interface AdminKey {
  readonly id: string;
  /** Whose it is. */
  readonly name: string;
  readonly role: Role;
  readonly created: Seconds;
  /** When it was taken back; null where it was not. */
  readonly revoked: Seconds | null;
}

/** The keys of a coordinator. */
export interface AdminKeys {
  readonly create: (name: string, role: Role) => { readonly key: string; readonly record: AdminKey };
  /** Whose key this is; null where it is none, or was taken back. */
  readonly holderOf: (key: string) => AdminKey | null;
  /** The newest first. */
  readonly all: () => readonly AdminKey[];
  /** Whether there was one to take back. */
  readonly revoke: (id: string) => boolean;
}

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const FORM = /^plk_([0-9a-f]{12})_([\w-]{43})$/;

/** The keys in a database. */
export function adminKeysIn(database: Database, now: () => Seconds): AdminKeys {
  const insert = database.prepare(
    "INSERT INTO admin_keys (id, name, role, hash, created, revoked) VALUES (?, ?, ?, ?, ?, NULL)",
  );
  const select = database.prepare("SELECT * FROM admin_keys WHERE id = ? AND revoked IS NULL");
  const list = database.prepare("SELECT * FROM admin_keys ORDER BY created DESC, id");
  const mark = database.prepare("UPDATE admin_keys SET revoked = ? WHERE id = ? AND revoked IS NULL");
  return {
    create: (name, role) => {
      const id = randomBytes(ID_BYTES).toString("hex");
      const secret = randomBytes(SECRET_BYTES).toString("base64url");
      const record: AdminKey = { id, name, role, created: now(), revoked: null };
      insert.run(id, name, role, hashOf(secret), record.created);
      return { key: `plk_${id}_${secret}`, record };
    },
    holderOf: (key) => {
      const [, id = "", secret = ""] = FORM.exec(key) ?? [];
      const row = select.get(id);
      // Somebody who tries keys cannot tell by the time it takes whether there is one of this id.
      const kept = row?.["hash"] instanceof Uint8Array ? row["hash"] : hashOf("");
      const isSame = timingSafeEqual(kept, hashOf(secret));
      return isSame && row !== undefined ? recordOf(row) : null;
    },
    all: () => list.all().map(recordOf),
    revoke: (id) => Number(mark.run(now(), id).changes) > 0,
  };
}

function hashOf(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

function recordOf(row: Record<string, unknown>): AdminKey {
  const { id, name, role, created, revoked } = row;
  return {
    id: String(id),
    name: String(name),
    role: roles.find((known) => known === role) ?? "viewer",
    created: Number(created),
    revoked: revoked === null ? null : Number(revoked),
  };
}
