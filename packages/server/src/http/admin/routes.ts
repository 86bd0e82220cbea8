/**
 * What routes of the administration have in common.
 *
 * @module
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
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
  readonly preValidation?: (request: FastifyRequest) => Promise<void>;
}

function mediaOf(types: readonly string[], schema: Schema): Schema {
  const { description = "why not" } = schema;
  return { description, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

/** Why a request cannot be met is JSON, whatever is given otherwise. */
const PROBLEM = mediaOf(["application/json"], problem);

/** The options of a route: who may take it, and the shapes of what it takes and gives. */
export function routeFor(desk: AdminDesk, { role, summary, gives, query, body, produces }: RouteText): RouteOptions {
  const schema = {
    summary: `${summary} Role: ${role}.`,
    security: [{ key: [] }],
    ...(query !== undefined && { querystring: query }),
    ...(body !== undefined && { body }),
    response: { 200: produces === undefined ? gives : mediaOf(produces, gives), "4xx": PROBLEM },
  };
  const onRequest = desk.authority.allow(role);
  return isOptional(body) ? { schema, onRequest, preValidation: withBody } : { schema, onRequest };
}

/** Whether a body may be left out: it needs no field. */
function isOptional(body: Schema | undefined): boolean {
  const required = body?.["required"];
  return Array.isArray(required) && required.length === 0;
}

async function withBody(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}
