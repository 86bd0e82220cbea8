/**
 * What routes of the administration have in common.
 *
 * @module
 */
import type { FastifyInstance } from "fastify";
import type { Access } from "../../access/access.ts";
import type { Role } from "../../access/admin-keys.ts";
import type { Audience } from "../audience.ts";
import type { BeginRun, RunsView } from "../runs-view.ts";
import type { Authority } from "./authority.ts";
import { problem, type Schema } from "./schemas.ts";

/** What routes rest on. */
export interface AdminDesk {
  readonly runs: RunsView;
  /** Begins runs; null where none can begin. */
  readonly begin: BeginRun | null;
  readonly access: Access;
  readonly authority: Authority;
  readonly audience: Audience;
}

/** Adds routes to a server. */
export type AddRoutes = (http: FastifyInstance, desk: AdminDesk) => void;

/** What a route is, for its readers. */
export interface RouteText {
  readonly role: Role;
  readonly summary: string;
  readonly gives: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Media types, where it gives no JSON. */
  readonly produces?: readonly string[];
}

/** What a route is, for the server. */
export interface RouteOptions {
  readonly schema: Schema;
  readonly onRequest: ReturnType<Authority["allow"]>;
}

/** The options of a route: who may take it, and the shapes of what it takes and gives. */
export function routeFor(desk: AdminDesk, { role, summary, gives, query, body, produces }: RouteText): RouteOptions {
  const schema = {
    summary: `${summary} Role: ${role}.`,
    security: [{ key: [] }],
    ...(query !== undefined && { querystring: query }),
    ...(body !== undefined && { body }),
    ...(produces !== undefined && { produces }),
    response: { 200: gives, "4xx": problem },
  };
  return { schema, onRequest: desk.authority.allow(role) };
}
