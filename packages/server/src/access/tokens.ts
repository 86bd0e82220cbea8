/**
 * Enrolment tokens: what lets devices in that are not known yet.
 *
 * A token is a compact JWS (RFC 7515) signed with EdDSA (RFC 8037) by the coordinator. It names itself (`jti`), the run that it is for
 * (`run`, "" for any) and until when it is good (`exp`); how many devices it lets in, and whether it was taken back, stands in the
 * database alone. Whoever has a token can use it: it is a secret until it is used up.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { CompactSign, compactVerify, errors } from "jose";
import { randomBytes } from "node:crypto";
import type { Database } from "../store/database.ts";
import type { Refusal } from "./refusal.ts";
import type { SigningKey } from "./signing-key.ts";

/** What a token is to be good for. */
export interface TokenRequest {
  /** The run; "" for any. */
  readonly run: string;
  /** How many devices it lets in, ≥ 1; null for any number. */
  readonly uses: number | null;
  /** What it is for, in words. */
  readonly note: string;
}

/** A token as it is known; the token itself is not kept. */
export interface TokenRecord extends TokenRequest {
  readonly id: string;
  readonly created: Seconds;
  /** Until when it is good, seconds since 1970. */
  readonly expires: Seconds;
  /** How many devices have come in with it. */
  readonly used: number;
  /** When it was taken back; null where it was not. */
  readonly revoked: Seconds | null;
}

/** A token, shown once, and what is kept of it. */
export interface CreatedToken {
  readonly token: string;
  readonly record: TokenRecord;
}

/** What a token says, once its signature was found to be good. */
export interface TokenClaims {
  readonly id: string;
}

/** The tokens of a coordinator. */
export interface Tokens {
  /** Makes a token that is good for so many seconds. */
  readonly create: (request: TokenRequest, seconds: Seconds) => Promise<CreatedToken>;
  /** What a text says that is signed by this coordinator. */
  readonly read: (token: string) => Promise<TokenClaims | Refusal>;
  /** Why the token is no good for another device in this run, now; null where it is. */
  readonly refusalOf: (claims: TokenClaims, run: string, device: string) => Refusal | null;
  /**
   * The run that the token leads into, "" for any, or why it leads nowhere now. One that is used up does lead there: whoever came in with it comes back
   * with it.
   */
  readonly scopeOf: (token: string) => Promise<{ readonly run: string } | Refusal>;
  /** The newest first. */
  readonly all: () => readonly TokenRecord[];
  /** Whether there was one to take back. */
  readonly revoke: (id: string) => boolean;
}

/** What tokens rest on. */
export interface TokensOptions {
  readonly database: Database;
  readonly key: SigningKey;
  /** Seconds since 1970. */
  readonly now: () => Seconds;
}

const ID_BYTES = 9;
const TYPE = "potluck-enrolment";

/** The tokens in a database. */
export function tokensIn({ database, key, now }: TokensOptions): Tokens {
  const insert = database.prepare(
    "INSERT INTO tokens (id, run, uses, created, expires, note, revoked) VALUES (?, ?, ?, ?, ?, ?, NULL)",
  );
  const used = "(SELECT COUNT(DISTINCT device) FROM enrolments WHERE token = tokens.id) AS used";
  const select = database.prepare(`SELECT *, ${used} FROM tokens WHERE id = ?`);
  const list = database.prepare(`SELECT *, ${used} FROM tokens ORDER BY created DESC, id`);
  const mark = database.prepare("UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL");
  const usedBy = database.prepare("SELECT 1 AS used FROM enrolments WHERE token = ? AND device = ? LIMIT 1");
  const found = (id: string): TokenRecord | Refusal => {
    const row = select.get(id);
    return row === undefined ? refusal("token-invalid", "the token is not one of this coordinator") : recordOf(row);
  };
  return {
    create: async ({ run, uses, note }, seconds) => {
      const id = randomBytes(ID_BYTES).toString("base64url");
      const created = now();
      const expires = created + seconds;
      insert.run(id, run, uses, created, expires, note);
      const token = await signed({ jti: id, run, iat: Math.floor(created), exp: Math.floor(expires) }, key);
      return { token, record: { id, run, uses, note, created, expires, used: 0, revoked: null } };
    },
    read: async (token) => claimsIn(token, key),
    refusalOf: ({ id }, run, device) => {
      const record = found(id);
      if ("code" in record) return record;
      return recordRefusal(record, { run, now: now(), isUsedByDevice: usedBy.get(id, device) !== undefined });
    },
    scopeOf: async (token) => {
      const claims = await claimsIn(token, key);
      if ("code" in claims) return claims;
      const record = found(claims.id);
      return "code" in record ? record : (overRefusal(record, now()) ?? { run: record.run });
    },
    all: () => list.all().map(recordOf),
    revoke: (id) => Number(mark.run(now(), id).changes) > 0,
  };
}

async function signed(claims: object, { privateKey }: SigningKey): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(payload).setProtectedHeader({ alg: "EdDSA", typ: TYPE }).sign(privateKey);
}

async function claimsIn(token: string, { publicKey }: SigningKey): Promise<TokenClaims | Refusal> {
  if (token === "") return refusal("token-missing", "a device that is not known needs a token: ask for a link");
  try {
    const { payload, protectedHeader } = await compactVerify(token, publicKey, { algorithms: ["EdDSA"] });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    const id = typeof claims === "object" && claims !== null && "jti" in claims ? claims.jti : undefined;
    if (protectedHeader.typ === TYPE && typeof id === "string") return { id };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
  }
  return refusal("token-invalid", "the token was not made by this coordinator, or is damaged");
}

interface Moment {
  readonly run: string;
  readonly now: Seconds;
  readonly isUsedByDevice: boolean;
}

/** Why a token is no good any more, whoever shows it and for whatever run. */
function overRefusal(record: TokenRecord, now: Seconds): Refusal | null {
  if (record.revoked !== null) return refusal("token-revoked", "the token was taken back: ask for another one");
  if (now >= record.expires) {
    const until = new Date(1000 * record.expires).toISOString();
    return refusal("token-expired", `the token was good until ${until}: ask for another one`);
  }
  return null;
}

function recordRefusal(record: TokenRecord, { run, now, isUsedByDevice }: Moment): Refusal | null {
  const over = overRefusal(record, now);
  if (over !== null) return over;
  if (record.run !== "" && record.run !== run) return refusal("token-scope", "the token is for another run");
  if (record.uses !== null && record.used >= record.uses && !isUsedByDevice) {
    return refusal(
      "token-used-up",
      `${record.uses} devices have come in with the token, and no more may: ask for another one`,
    );
  }
  return null;
}

function refusal(code: Refusal["code"], detail: string): Refusal {
  return { code, detail };
}

function recordOf(row: Record<string, unknown>): TokenRecord {
  const { id, run, uses, created, expires, note, used, revoked } = row;
  return {
    id: String(id),
    run: String(run),
    uses: uses === null ? null : Number(uses),
    created: Number(created),
    expires: Number(expires),
    note: String(note),
    used: Number(used),
    revoked: revoked === null ? null : Number(revoked),
  };
}
