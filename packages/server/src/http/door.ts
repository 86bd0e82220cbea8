/**
 * The door of a coordinator: HTTP and WebSocket on one port.
 *
 * @module
 */
import { MAX_MESSAGE_BYTES } from "@potluck/protocol";
import { fastify, type FastifyInstance } from "fastify";
import type { IncomingMessage } from "node:http";
import { WebSocketServer } from "ws";
import type { Access } from "../access/access.ts";
import { rateLimit } from "../access/rate-limit.ts";
import type { Log } from "../log.ts";
import type { HostClock } from "../run/run-clock.ts";
import { countedAs, type Limits } from "../socket/limits.ts";
import { lineOf } from "../socket/lines.ts";
import type { Reception } from "../socket/reception.ts";
import type { Blobs } from "../store/blobs.ts";
import { type Audience, audienceBy } from "./audience.ts";
import { isFromAllowedPage } from "./headers.ts";
import { listenAt } from "./listen.ts";
import { addressOf, type Certificate, listenerFor } from "./listener.ts";
import type { Meters } from "./metrics.ts";
import { type PagesFolder, pagesIn, serveClient, serveStudio } from "./pages.ts";
import type { BeginRun, RunsView } from "./runs-view.ts";
import { addSurface } from "./surface.ts";
import { serveTransfers } from "./transfers.ts";

/** Where to listen, and who is behind the door. */
export interface DoorOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly tls: Certificate | null;
  /** Pages of these origins may speak with the coordinator, besides its own. */
  readonly origins: readonly string[];
  /** Whether `/metrics` is read without a key. */
  readonly openMetrics: boolean;
  /** Whether everybody sees how the runs are, without a key. */
  readonly openStatus: boolean;
  /** Where the pages of the client are; left out to serve none. */
  readonly pages?: PagesFolder | undefined;
  /** Where the studio is; left out for a plain page in its place. */
  readonly studio?: PagesFolder | undefined;
  readonly limits: Limits;
  readonly clock: Pick<HostClock, "steady">;
  readonly blobs: Blobs;
  readonly reception: Reception;
  readonly runs: RunsView;
  readonly begin: BeginRun;
  readonly access: Access;
  readonly meters: Meters;
  readonly log: Log;
}

/** A door that is open. */
export interface Door {
  readonly url: string;
  /** Resolves once all are gone; whoever watches sees the end of it first. */
  readonly close: () => Promise<void>;
}

/** Opens a door. Rejects with Fault "option-invalid" for a certificate that is none or an address that cannot be listened at. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { host, port, tls, reception } = options;
  const audience = audienceBy(options.clock.steady);
  const http = await served(options, audience);
  const sockets = openSockets(http, options);
  sockets.on("connection", (socket) => lineOf(socket, reception.accept));
  // Errors of the server under them are told where they belong: to whoever listens.
  sockets.on("error", () => {});
  const url = await listenAt(http, { host, port, scheme: tls === null ? "http" : "https" });
  return {
    url,
    close: async () => {
      await audience.seenOff();
      for (const socket of sockets.clients) socket.close();
      sockets.close();
      http.server.closeAllConnections();
      await http.close();
    },
  };
}

/** Everything that is served over HTTP. */
async function served(options: DoorOptions, audience: Audience): Promise<FastifyInstance> {
  const { tls, limits, clock, blobs, reception, access, runs, begin, meters, log, origins, openMetrics, openStatus } =
    options;
  const { noteRefused: onRefused } = meters;
  const studio = options.studio === undefined ? null : pagesIn(options.studio);
  const http = fastify({ serverFactory: (handler) => listenerFor({ tls, limits, onRefused }, handler) });
  await addSurface(http, {
    runs,
    begin,
    access,
    audience,
    meters,
    origins,
    openMetrics,
    openRole: openStatus ? "viewer" : null,
    studio,
    steady: clock.steady,
    requests: limits.requests,
    onBug: (error) => log.error({ err: error }, "a request failed"),
  });
  await http.register(async (scope) => {
    serveTransfers(scope, {
      blobs,
      visitorOf: reception.visitorOf,
      limits: limits.transfers,
      onTransferred: meters.noteTransferred,
    });
  });
  if (options.pages !== undefined) serveClient(http, pagesIn(options.pages));
  if (studio !== null) serveStudio(http, studio);
  return http;
}

/** WebSockets, for whoever may connect. Nothing is compressed on them: what is short in a frame is short in memory. */
function openSockets(http: FastifyInstance, { limits, clock, origins, meters }: DoorOptions): WebSocketServer {
  const handshakes = rateLimit(limits.handshakes, clock.steady);
  const problemOf = (request: IncomingMessage): Problem | null => {
    if (!isFromAllowedPage(request, origins)) return { status: 403, code: "origin-not-allowed" };
    const who = countedAs(addressOf(request));
    const wait = who === null ? null : handshakes.take(who);
    return wait === null ? null : { status: 429, code: "too-many-connections" };
  };
  return new WebSocketServer({
    server: http.server,
    path: "/v1/connect",
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    verifyClient: ({ req }, answer) => {
      const problem = problemOf(req);
      if (problem === null) return answer(true);
      meters.noteRefused(problem.code);
      return answer(false, problem.status, problem.code);
    },
  });
}

interface Problem {
  readonly status: number;
  readonly code: string;
}
