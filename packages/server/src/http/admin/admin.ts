/**
 * The administration of a coordinator over HTTP, and its description in OpenAPI.
 *
 * @module
 */
import swagger, { type SwaggerTransformObject } from "@fastify/swagger";
import type { Seconds } from "@potluck/core";
import type { FastifyInstance } from "fastify";
import type { Access } from "../../access/access.ts";
import type { Role } from "../../access/admin-keys.ts";
import type { Audience } from "../audience.ts";
import type { BeginRun, RunsView } from "../runs-view.ts";
import { authorityOf } from "./authority.ts";
import { addBeginRoute } from "./begin-route.ts";
import { addClientRoutes } from "./client-routes.ts";
import { addFeedRoute } from "./feed-route.ts";
import { addHistoryRoute } from "./history-route.ts";
import { addAuditRoutes, addKeyRoutes, addWhoAmI } from "./key-routes.ts";
import type { AdminDesk } from "./routes.ts";
import { addRunDeeds, addRunRoutes } from "./run-routes.ts";
import { addTokenRoutes } from "./token-routes.ts";

/** What the administration rests on. */
export interface AdminOptions {
  readonly runs: RunsView;
  /** Begins runs; null where none can begin. */
  readonly begin: BeginRun | null;
  readonly access: Access;
  /** Seconds that never jump. */
  readonly steady: () => Seconds;
  /** What those may do who show no key; null for nothing. */
  readonly openRole: Role | null;
  readonly audience: Audience;
}

const ROUTES = [
  addWhoAmI,
  addRunRoutes,
  addFeedRoute,
  addHistoryRoute,
  addBeginRoute,
  addRunDeeds,
  addClientRoutes,
  addTokenRoutes,
  addKeyRoutes,
  addAuditRoutes,
];

/** Bodies of requests are small. */
const MAX_BODY_BYTES = 16_384;

const DOCUMENT = {
  openapi: "3.0.3",
  info: {
    title: "Potluck: the administration of a coordinator",
    version: "1",
    description: "Errors are `{ code, detail }`; docs/reference/admin-api.md lists the codes.",
  },
  components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
} as const;

/** The description in which bodies may be left out that need no field. */
const withOptionalBodies: SwaggerTransformObject = (described) => {
  if (!("openapiObject" in described)) return described.swaggerObject;
  for (const path of Object.values(described.openapiObject.paths ?? {})) {
    const body = path?.post?.requestBody;
    if (body === undefined || !("content" in body)) continue;
    const schema = body.content["application/json"]?.schema;
    if (schema !== undefined && "required" in schema && schema.required?.length === 0) body.required = false;
  }
  return described.openapiObject;
};

/** Adds the administration under `/v1/admin`, and its description at `/v1/openapi.json`. */
export async function addAdmin(
  http: FastifyInstance,
  { runs, begin, access, steady, openRole, audience }: AdminOptions,
): Promise<AdminDesk> {
  const desk = { runs, begin, access, audience, authority: authorityOf({ ...access, steady, openRole }) };
  await http.register(async (scope) => {
    await scope.register(swagger, { openapi: DOCUMENT, transformObject: withOptionalBodies });
    await scope.register(
      async (admin) => {
        for (const add of ROUTES) add(admin, desk);
      },
      { prefix: "/v1/admin", bodyLimit: MAX_BODY_BYTES },
    );
    scope.get("/v1/openapi.json", { schema: { hide: true } }, async () => scope.swagger());
  });
  return desk;
}
