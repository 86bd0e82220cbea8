/**
 * What a device is asked to take part in, before it joins: for whoever has a token that this coordinator has made, or for everybody
 * where everybody is let in.
 *
 * @module
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access } from "../access/access.ts";
import { sendProblem } from "./problem.ts";
import type { RunOverview, RunsView } from "./runs-view.ts";

/** What an invitation rests on. */
export interface InvitationOptions {
  readonly runs: Pick<RunsView, "list">;
  readonly access: Pick<Access, "tokens" | "isOpen">;
}

/** A run that a device may be asked into. */
export type InvitedRun = Pick<RunOverview, "id" | "name" | "state">;

/** Adds `/v1/invitation`: the runs that have not ended, by what they call themselves. */
export function addInvitation(http: FastifyInstance, { runs, access }: InvitationOptions): void {
  http.get("/v1/invitation", async (request, reply) => {
    if (!access.isOpen && !(await isInvited(request, access))) {
      return sendProblem(reply, "key-invalid", "this needs a token of this coordinator");
    }
    const open = (await runs.list()).filter(({ state }) => state !== "ended");
    return reply
      .header("cache-control", "no-store")
      .send({ runs: open.map(({ id, name, state }): InvitedRun => ({ id, name, state })) });
  });
}

async function isInvited({ headers }: FastifyRequest, { tokens }: Pick<Access, "tokens">): Promise<boolean> {
  const [, token = ""] = /^Bearer (\S+)$/u.exec(headers.authorization ?? "") ?? [];
  return token !== "" && !("code" in (await tokens.read(token)));
}
