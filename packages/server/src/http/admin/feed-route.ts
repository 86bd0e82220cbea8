/**
 * What changes in a run, as it changes: a line of JSON for each second in which something did.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { FastifyReply } from "fastify";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { sendProblem } from "../problem.ts";
import { feedsOf } from "../run-feed.ts";
import { knownClients } from "./client-routes.ts";
import { type AddRoutes, routeFor } from "./routes.ts";
import { objectOf } from "./schemas.ts";

/** After so long a feed ends and has to be asked for anew. */
const LONGEST_FEED_SECONDS = 600;

/** So many feeds are open at once. Those of a run share its looks; each has its own connection, and what it was not told yet. */
export const MOST_FEEDS = 100;

const QUERY = objectOf(
  {
    seconds: {
      type: "integer",
      minimum: 0,
      maximum: LONGEST_FEED_SECONDS,
      default: LONGEST_FEED_SECONDS,
      description: "how long it lasts; 0 for the first line alone",
    },
  },
  [],
);

const GIVES = {
  type: "string",
  description:
    "Lines of JSON: `run`, and of `clients`, `refusals`, `events`, `measurements`, `scorecard` and `figures` what is new since the line before. The last is that of a run that has ended.",
};

interface Asked {
  readonly Params: { readonly run: string };
  readonly Querystring: { readonly seconds: number };
}

/** Adds the feed of a run. */
export const addFeedRoute: AddRoutes = (http, desk) => {
  let open = 0;
  const view = { ...desk.runs, clients: async (id: string) => knownClients(desk, id) };
  const { leaving } = desk.audience;
  const feeds = feedsOf(view, { pause: async () => pause(leaving), steady });
  const produces = ["application/x-ndjson"];
  const text = { role: "viewer", summary: "What changes in a run.", gives: GIVES, query: QUERY, produces } as const;
  http.get<Asked>("/runs/:run/feed", routeFor(desk, text), async (request, reply): Promise<FastifyReply> => {
    const { run } = request.params;
    if (leaving.aborted) return sendProblem(reply, "coordinator-closing", "the coordinator closes");
    if ((await desk.runs.one(run)) === null) return sendProblem(reply, "run-unknown", "there is no run of this id");
    if (open >= MOST_FEEDS) return sendProblem(reply, "too-many-requests", "too many feeds are open");
    open += 1;
    reply.raw.once("close", desk.audience.enter());
    // Nobody reads on whose connection is gone, and a key that was taken back sees no more.
    const isAllowed = (): boolean => !reply.raw.destroyed && desk.authority.stillAllows("viewer", request);
    const isLeaving = (): boolean => leaving.aborted;
    const onEnded = desk.audience.noteEnd;
    const lines = feeds.of(run, { lines: request.query.seconds + 1, isAllowed, isLeaving, onEnded });
    const stream = Readable.from(lines, { objectMode: false, highWaterMark: 0 });
    stream.once("close", () => (open -= 1));
    return reply.type("application/x-ndjson").header("cache-control", "no-store").send(stream);
  });
};

function steady(): Seconds {
  return performance.now() / 1000;
}

/** A second, or less where there is no time left. */
async function pause(leaving: AbortSignal): Promise<void> {
  await setTimeout(1000, undefined, { ref: false, signal: leaving }).catch(() => {});
}
