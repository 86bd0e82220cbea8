/**
 * Keys and the audit log in the administration.
 *
 * @module
 */
import type { AdminKey, Role } from "../../access/admin-keys.ts";
import { sendProblem } from "../problem.ts";
import { type AddRoutes, routeFor } from "./routes.ts";
import { auditEntry, key, keyRequest, listOf, objectOf } from "./schemas.ts";

interface OfNewKey {
  readonly Body: { readonly name: string; readonly role: Role };
}

/** Keys: made, listed, taken back. */
export const addKeyRoutes: AddRoutes = (http, desk) => {
  const { access, authority } = desk;
  const list = { role: "admin", summary: "All keys.", gives: listOf("keys", key) } as const;
  http.get("/keys", routeFor(desk, list), async () => ({ keys: access.keys.all() }));
  const made = objectOf({ key: { type: "string", description: "shown once" }, record: key });
  const make = { role: "admin", summary: "Makes a key.", gives: made, body: keyRequest } as const;
  http.post<OfNewKey>("/keys", routeFor(desk, make), async (request, reply) => {
    const { name, role } = request.body;
    const created = access.keys.create(name, role);
    authority.note(request, { action: "key-created", subject: created.record.id, detail: `${name}: ${role}` });
    return reply.send(created);
  });
  const revoke = { role: "admin", summary: "Takes a key back.", gives: listOf("keys", key) } as const;
  http.delete<{ Params: { id: string } }>("/keys/:id", routeFor(desk, revoke), async (request, reply) => {
    const { id } = request.params;
    const good = access.keys.all().filter(({ revoked }) => revoked === null);
    if (isLastAdmin(good, id)) return sendProblem(reply, "key-last", "make another key of the role admin first");
    if (!access.keys.revoke(id)) return sendProblem(reply, "key-unknown", "there is no such key to take back");
    authority.note(request, { action: "key-revoked", subject: id });
    return { keys: access.keys.all() };
  });
};

function isLastAdmin(good: readonly AdminKey[], id: string): boolean {
  const admins = good.filter(({ role }) => role === "admin");
  return admins.length === 1 && admins[0]?.id === id;
}

const AUDIT_QUERY = objectOf(
  {
    most: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
    before: { type: "integer", minimum: 1, description: "only entries with smaller numbers" },
  },
  [],
);

/** The audit log, a page at a time. */
export const addAuditRoutes: AddRoutes = (http, desk) => {
  const read = { role: "admin", summary: "Who has done what, the newest first.", query: AUDIT_QUERY } as const;
  http.get<{ Querystring: { most: number; before?: number } }>(
    "/audit",
    routeFor(desk, { ...read, gives: listOf("entries", auditEntry) }),
    async ({ query: { most, before } }) => ({ entries: desk.access.audit.newest(most, before) }),
  );
};
