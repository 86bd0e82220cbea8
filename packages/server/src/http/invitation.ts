/**
 * What a device is asked to take part in, before it joins: for whoever has a token that this coordinator has made, or for everybody
 * where everybody is let in.
 *
 * @module
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access } from "../access/access.ts";
import type { Refusal } from "../access/refusal.ts";
import type { RunOverview, RunsView } from "./runs-view.ts";

/** What an invitation rests on. */
export interface InvitationOptions {
  readonly runs: Pick<RunsView, "list">;
  readonly access: Pick<Access, "tokens" | "isOpen">;
}

/** A run that a device may be asked into. */
export type InvitedRun = Pick<RunOverview, "id" | "name" | "state">;

/** Adds `/v1/invitation`: the runs that have not ended, by what they call themselves; of those that a token leads into, where one is asked for. */
export function addInvitation(http: FastifyInstance, { runs, access }: InvitationOptions): void {
  http.get("/v1/invitation", async (request, reply) => {
    const scope = access.isOpen ? { run: "" } : await scopeIn(request, access);
    reply.header("cache-control", "no-store");
    if ("code" in scope) return reply.code(401).send({ code: scope.code, detail: scope.detail });
    const open = (await runs.list()).filter(
      ({ id, state }) => state !== "ended" && (scope.run === "" || scope.run === id),
    );
    return reply.send({ runs: open.map(({ id, name, state }): InvitedRun => ({ id, name, state })) });
  });
}

/** The run that the token of a request leads into, "" for any, or why it leads nowhere. */
async function scopeIn(
  { headers }: FastifyRequest,
  { tokens }: Pick<Access, "tokens">,
): Promise<{ readonly run: string } | Refusal> {
  const [, token = ""] = /^Bearer (\S+)$/u.exec(headers.authorization ?? "") ?? [];
  return tokens.scopeOf(token);
}
