/**
 * Runs that are not hosted here, such as those of a folder, served as a coordinator serves its own: the same studio over the same interface, without
 * keys and without devices.
 *
 * @module
 */
import { fastify } from "fastify";
import { openAccess } from "./access/access.ts";
import type { Role } from "./access/admin-keys.ts";
import { audienceBy } from "./http/audience.ts";
import { isFromAllowedPage } from "./http/headers.ts";
import { listenAt } from "./http/listen.ts";
import { listenerFor } from "./http/listener.ts";
import { metersOf } from "./http/metrics.ts";
import { type PagesFolder, pagesIn, serveStudio } from "./http/pages.ts";
import { sendProblem } from "./http/problem.ts";
import type { RunsView } from "./http/runs-view.ts";
import { addSurface } from "./http/surface.ts";
import { type Log, noLog } from "./log.ts";
import { realHostClock } from "./run/run-clock.ts";
import { defaultLimits } from "./socket/limits.ts";

/** What is served, and to whom. */
export interface RunsSiteOptions {
  readonly runs: RunsView;
  readonly studio: PagesFolder;
  /** 127.0.0.1 by default: this machine alone. */
  readonly host?: string;
  /** 0, by default, for any that is free. */
  readonly port?: number;
  readonly log?: Log;
}

/** A site that is up. */
export interface RunsSite {
  readonly url: string;
  /** What everybody may do: an operator on this machine, a viewer from elsewhere. */
  readonly role: Role;
  readonly close: () => Promise<void>;
}

/** Names under which a machine knows itself. */
const OWN_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
const OWN_ADDRESSES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "::1"]);

/** Serves them. Rejects with Fault "option-invalid" for an address that cannot be listened at. */
export async function openRunsSite(options: RunsSiteOptions): Promise<RunsSite> {
  const { runs, studio, host = "127.0.0.1", port = 0, log = noLog } = options;
  const role = OWN_ADDRESSES.has(host) ? "operator" : "viewer";
  const access = openAccess({ folder: null, now: realHostClock.wall, isOpen: false });
  const meters = metersOf(runs);
  const { noteRefused: onRefused } = meters;
  const limits = defaultLimits;
  const http = fastify({ serverFactory: (handler) => listenerFor({ tls: null, limits, onRefused }, handler) });
  // Where no key is asked for, pages of others must not do what their readers may: by their origin, or by a name of theirs that leads here.
  http.addHook("onRequest", async (request, reply) => {
    const address = `http://${request.headers.host ?? ""}`;
    const isOwn = role === "viewer" || (URL.canParse(address) && OWN_NAMES.has(new URL(address).hostname));
    if (isOwn && isFromAllowedPage(request, [])) return undefined;
    return sendProblem(reply, "origin-not-allowed", "open the address that was printed");
  });
  const pages = pagesIn(studio);
  const audience = audienceBy(realHostClock.steady);
  await addSurface(http, {
    runs,
    begin: null,
    access,
    audience,
    meters,
    origins: [],
    openMetrics: true,
    openRole: role,
    studio: pages,
    steady: realHostClock.steady,
    requests: limits.requests,
    onBug: (error) => log.error({ err: error }, "a request failed"),
  });
  serveStudio(http, pages);
  const url = await listenAt(http, { host, port, scheme: "http" });
  return {
    url,
    role,
    close: async () => {
      await audience.seenOff();
      http.server.closeAllConnections();
      await http.close();
      meters.close();
      access.close();
    },
  };
}
