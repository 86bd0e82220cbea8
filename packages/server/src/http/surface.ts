/**
 * Everything that is served over HTTP besides blobs and updates, and what holds for all of it.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { FastifyInstance } from "fastify";
import type { Access } from "../access/access.ts";
import type { Role } from "../access/admin-keys.ts";
import { type Rate, rateLimit } from "../access/rate-limit.ts";
import { countedAs } from "../socket/limits.ts";
import { addAdmin } from "./admin/admin.ts";
import type { Audience } from "./audience.ts";
import { setHeaders } from "./headers.ts";
import { addHealth } from "./health.ts";
import { addInvitation } from "./invitation.ts";
import type { Meters } from "./metrics.ts";
import { answerProblems, sendTooMany } from "./problem.ts";
import type { Pages } from "./pages.ts";
import type { BeginRun, RunsView } from "./runs-view.ts";
import { addStatusPage } from "./status-page.ts";

/** What the surface rests on. */
export interface SurfaceOptions {
  readonly runs: RunsView;
  /** Begins runs; null where none can begin. */
  readonly begin: BeginRun | null;
  readonly access: Access;
  readonly meters: Meters;
  /** Seconds that never jump. */
  readonly steady: () => Seconds;
  /** Pages of these origins may speak with the coordinator. */
  readonly origins: readonly string[];
  /** Whether `/metrics` is read without a key. */
  readonly openMetrics: boolean;
  /** What those may do who show no key; null for nothing. */
  readonly openRole: Role | null;
  readonly audience: Audience;
  /** The files of the studio; null where there is none. */
  readonly studio: Pages | null;
  /** How many requests an address may make. */
  readonly requests: Rate;
  /** Hears of mistakes in Potluck. */
  readonly onBug: (error: Error) => void;
}

/** Adds all of it to a server that has no routes yet. */
export async function addSurface(http: FastifyInstance, options: SurfaceOptions): Promise<void> {
  const { runs, begin, access, audience, meters, steady, origins, openMetrics } = options;
  const limit = rateLimit(options.requests, steady);
  setHeaders(http, origins);
  answerProblems(http, options.onBug);
  http.addHook("onRequest", async (request, reply) => {
    const who = countedAs(request.ip);
    const wait = who === null ? null : limit.take(who);
    return wait === null ? undefined : sendTooMany(reply, wait);
  });
  http.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    meters.noteRequest(route, reply.statusCode, reply.elapsedTime / MILLISECONDS);
    if (reply.statusCode >= FIRST_REFUSAL) meters.noteRefused(`http-${reply.statusCode}`);
  });
  const desk = await addAdmin(http, { runs, begin, access, audience, steady, openRole: options.openRole });
  addInvitation(http, { runs, access });
  addHealth(http, { desk, meters, openMetrics });
  addStatusPage(http, { runs, openStatus: options.openRole !== null, studio: options.studio });
}

const MILLISECONDS = 1000;
const FIRST_REFUSAL = 400;
