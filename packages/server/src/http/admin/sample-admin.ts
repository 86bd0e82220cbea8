/**
 * The administration for tests: one of its own for each, with a key of each role.
 *
 * @module
 */
import { present } from "@potluck/core";
import { fastify, type FastifyInstance, type InjectOptions } from "fastify";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Access, openAccess } from "../../access/access.ts";
import { sampleDatabase } from "../../access/sample-database.ts";
import { type Audience, audienceBy } from "../audience.ts";
import { type Meters, metersOf } from "../metrics.ts";
import { type SampleRuns, sampleRuns } from "../sample-runs.ts";
import { addSurface } from "../surface.ts";

/** What a test has. */
export interface SampleAdmin {
  readonly http: FastifyInstance;
  readonly access: Access;
  readonly runs: SampleRuns;
  readonly meters: Meters;
  readonly audience: Audience;
  readonly keys: Readonly<Record<"viewer" | "operator" | "admin", string>>;
  steady: number;
}

/** An answer in JSON. */
export interface SampleAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks with the key of somebody, or of nobody. */
export type AskAdmin = (
  who: keyof SampleAdmin["keys"] | null,
  method: InjectOptions["method"],
  url: string,
  body?: object,
) => Promise<SampleAnswer>;

/** Opens an administration before each test and closes it afterwards. */
export function sampleAdmin(): { readonly site: () => SampleAdmin; readonly ask: AskAdmin } {
  const sample = sampleDatabase();
  let own: SampleAdmin | null = null;
  const site = (): SampleAdmin => present(own, "the administration of a test");
  beforeEach(async () => {
    own = await openAdmin(join(sample.folder, "site"), () => sample.now);
  });
  afterEach(async () => {
    const { meters, http } = site();
    meters.close();
    http.server.closeAllConnections();
    await http.close();
  });
  return {
    site,
    ask: async (who, method = "GET", url, body) => {
      const headers = who === null ? {} : { authorization: `Bearer ${site().keys[who]}` };
      const response = await site().http.inject({ method, url, headers, ...(body !== undefined && { payload: body }) });
      return { status: response.statusCode, body: response.json() };
    },
  };
}

async function openAdmin(folder: string, now: () => number): Promise<SampleAdmin> {
  const http = fastify();
  const access = openAccess({ folder, now, isOpen: false });
  const runs = sampleRuns();
  const meters = metersOf(runs.runs);
  const keyOf = (role: keyof SampleAdmin["keys"]): string => access.keys.create(`${role} ann`, role).key;
  const keys = { viewer: keyOf("viewer"), operator: keyOf("operator"), admin: keyOf("admin") };
  const audience = audienceBy(() => performance.now() / 1000);
  const site: SampleAdmin = { http, access, runs, meters, audience, keys, steady: 0 };
  await addSurface(http, {
    ...site,
    runs: runs.runs,
    begin: runs.begin,
    steady: () => site.steady,
    origins: ["https://lab.example"],
    openMetrics: false,
    openRole: null,
    studio: null,
    requests: { perSecond: 100, burst: 200 },
    onBug: (error) => {
      throw error;
    },
  });
  await http.ready();
  return site;
}
