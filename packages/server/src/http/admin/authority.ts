/**
 * Whether a request to the administration may be made: by the key that it shows.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { networkOf } from "../../access/address.ts";
import { type AdminKey, type AdminKeys, mayDo, type Role } from "../../access/admin-keys.ts";
import type { Audit, AuditAction } from "../../access/audit.ts";
import { rateLimit } from "../../access/rate-limit.ts";
import { type ProblemCode, sendProblem, sendTooMany } from "../problem.ts";

/** What authority rests on. */
export interface AuthorityOptions {
  readonly keys: AdminKeys;
  readonly audit: Audit;
  /** Seconds that never jump. */
  readonly steady: () => Seconds;
  /** What those may do who show no key; null for nothing. */
  readonly openRole: Role | null;
}

/** Who makes a request. */
export interface Holder {
  /** That of the key; null where none was shown. */
  readonly name: string | null;
  readonly role: Role;
}

/** Something that was done. */
export interface Deed {
  readonly action: AuditAction;
  readonly subject: string;
  readonly detail?: string;
}

/** Who may make which requests. */
export interface Authority {
  /** Lets requests through whose key has the role, and answers all others. */
  readonly allow: (role: Role) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;
  /** Whether a request that was let through still would be: its key may have been taken back. */
  readonly stillAllows: (role: Role, request: FastifyRequest) => boolean;
  /** Writes down what a request has done that was let through. */
  readonly note: (request: FastifyRequest, deed: Deed) => void;
  /** Who makes a request that was let through. */
  readonly holderOf: (request: FastifyRequest) => Holder;
}

/** An address may show so many wrong keys. */
const FAILURES = { perSecond: 0.1, burst: 10 } as const;

/** The authority that keys give. */
export function authorityOf({ keys, audit, steady, openRole }: AuthorityOptions): Authority {
  const failures = rateLimit(FAILURES, steady);
  const holders = new WeakMap<FastifyRequest, AdminKey>();
  return {
    allow: (role) => async (request, reply) => {
      const key = keyIn(request);
      if (key === null && openRole !== null && mayDo(openRole, role)) return undefined;
      const holder = key === null ? null : keys.holderOf(key);
      if (holder !== null && mayDo(holder.role, role)) {
        holders.set(request, holder);
        return undefined;
      }
      // A good key is always good, also where its role does not reach: whoever tries others cannot shut out those who share an address.
      const address = networkOf(request.ip);
      const wait = holder === null ? failures.take(address) : null;
      if (wait !== null) return sendTooMany(reply, wait);
      const [code, detail] = refusalOf(key, holder, role);
      audit.note({
        who: holder?.name ?? address,
        action: "request-refused",
        subject: `${request.method} ${request.url}`,
        detail: code,
      });
      return sendProblem(reply, code, detail);
    },
    stillAllows: (role, request) => {
      const key = keyIn(request);
      if (key === null) return openRole !== null && mayDo(openRole, role);
      const holder = keys.holderOf(key);
      return holder !== null && mayDo(holder.role, role);
    },
    holderOf: (request) => {
      const { name = null, role = openRole ?? "viewer" } = holders.get(request) ?? {};
      return { name, role };
    },
    note: (request, { action, subject, detail = "" }) => {
      audit.note({ who: holders.get(request)?.name ?? networkOf(request.ip), action, subject, detail });
    },
  };
}

function keyIn({ headers }: FastifyRequest): string | null {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? null;
}

function refusalOf(key: string | null, holder: AdminKey | null, role: Role): readonly [ProblemCode, string] {
  if (key === null) return ["key-missing", "show a key as `Authorization: Bearer plk_…`"];
  if (holder === null) return ["key-invalid", "the key is none of this coordinator, or was taken back"];
  return ["role-too-low", `a key of the role ${role} is needed; this one is of a ${holder.role}`];
}
