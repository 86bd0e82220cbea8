/**
 * Whether a coordinator is well, for whatever watches over it, and its meters.
 *
 * @module
 */
import type { FastifyInstance } from "fastify";
import type { AdminDesk } from "./admin/routes.ts";
import type { Meters } from "./metrics.ts";

/** What is served. */
export interface HealthOptions {
  readonly desk: AdminDesk;
  readonly meters: Meters;
  /** Whether meters are read without a key. */
  readonly openMetrics: boolean;
}

/** Adds `/healthz`, for everybody, and `/metrics`, for viewers. */
export function addHealth(http: FastifyInstance, { desk, meters, openMetrics }: HealthOptions): void {
  const { runs, authority } = desk;
  http.get("/healthz", async () => {
    const states = (await runs.list()).map(({ state }) => state);
    const count = (wanted: string): number => states.filter((state) => state === wanted).length;
    const [waiting, running, paused, ended] = ["waiting", "running", "paused", "ended"].map(count);
    return { status: "ok", runs: { waiting, running, paused, ended } };
  });
  const guard = openMetrics ? {} : { onRequest: authority.allow("viewer") };
  http.get("/metrics", guard, async (_, reply) => reply.type(meters.contentType).send(await meters.text()));
}
