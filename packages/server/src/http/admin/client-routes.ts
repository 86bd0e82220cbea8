/**
 * Clients in the administration.
 *
 * @module
 */
import type { FastifyReply } from "fastify";
import { sendProblem } from "../problem.ts";
import type { ClientOverview } from "../runs-view.ts";
import { type AddRoutes, type AdminDesk, routeFor } from "./routes.ts";
import { client, objectOf } from "./schemas.ts";

interface OfRun {
  readonly Params: { readonly run: string };
}

interface OfClient {
  readonly Params: { readonly run: string; readonly client: string };
}

const CLIENTS = objectOf({
  clients: { type: "array", nullable: true, items: client, description: "null where they are not known" },
});

/** Clients: looked at, and sent away. */
export const addClientRoutes: AddRoutes = (http, desk) => {
  const { runs, access, authority } = desk;
  const list = { role: "viewer", summary: "All clients of a run.", gives: CLIENTS } as const;
  http.get<OfRun>("/runs/:run/clients", routeFor(desk, list), async (request, reply) => {
    const known = await knownClients(desk, request.params.run);
    return known === null ? noRun(reply) : { clients: known === "missing" ? null : known };
  });
  const one = { role: "viewer", summary: "A client.", gives: client } as const;
  http.get<OfClient>("/runs/:run/clients/:client", routeFor(desk, one), async (request, reply) => {
    const found = clientAmong(await knownClients(desk, request.params.run), request.params.client);
    return typeof found === "string" ? refuse(reply, found) : found;
  });
  const revoke = { role: "operator", summary: "Sends the device of a client away for good.", gives: client } as const;
  http.post<OfClient>("/runs/:run/clients/:client/revoke", routeFor(desk, revoke), async (request, reply) => {
    const found = clientAmong(await knownClients(desk, request.params.run), request.params.client);
    if (typeof found === "string") return refuse(reply, found);
    const { device } = found;
    if (access.enrolments.revoke(device)) authority.note(request, { action: "device-revoked", subject: device });
    await runs.sendAway(device);
    return { ...found, isRevoked: true, isConnected: false };
  });
};

export type KnownClient = ClientOverview & { readonly isRevoked: boolean; readonly enrolledWith: string | null };

/** The clients of a run with what access knows of their devices; "missing" where it is not known which there are. */
export async function knownClients(
  { runs, access }: AdminDesk,
  run: string,
): Promise<readonly KnownClient[] | "missing" | null> {
  const clients = await runs.clients(run);
  if (clients === null || clients === "missing") return clients;
  const revoked = access.enrolments.revoked();
  const tokens = new Map(access.enrolments.of(run).map(({ device, token }) => [device, token]));
  return clients.map((one) => ({
    ...one,
    isRevoked: revoked.has(one.device),
    enrolledWith: tokens.get(one.device) ?? null,
  }));
}

type Unknown = "run-unknown" | "client-unknown";

function clientAmong(clients: Awaited<ReturnType<typeof knownClients>>, number: string): KnownClient | Unknown {
  if (clients === null) return "run-unknown";
  if (clients === "missing") return "client-unknown";
  return clients.find((one) => String(one.client) === number) ?? "client-unknown";
}

function refuse(reply: FastifyReply, code: Unknown): FastifyReply {
  return code === "run-unknown" ? noRun(reply) : sendProblem(reply, code, "the run has no client of this number");
}

function noRun(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, "run-unknown", "there is no run of this id");
}
