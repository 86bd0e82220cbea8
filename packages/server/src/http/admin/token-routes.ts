/**
 * Enrolment tokens in the administration.
 *
 * @module
 */
import type { TokenRequest } from "../../access/tokens.ts";
import { sendProblem } from "../problem.ts";
import { type AddRoutes, routeFor } from "./routes.ts";
import { listOf, objectOf, token, tokenRequest } from "./schemas.ts";

type Asked = Omit<TokenRequest, "expires"> & { readonly expiresSeconds: number };

/** Tokens: made, listed, taken back. */
export const addTokenRoutes: AddRoutes = (http, desk) => {
  const { runs, access, authority } = desk;
  const list = { role: "operator", summary: "All tokens.", gives: listOf("tokens", token) } as const;
  http.get("/tokens", routeFor(desk, list), async () => ({ tokens: access.tokens.all() }));
  const made = objectOf({ token: { type: "string", description: "shown once" }, record: token });
  const make = { role: "operator", summary: "Makes a token.", gives: made, body: tokenRequest } as const;
  http.post<{ Body: Asked }>("/tokens", routeFor(desk, make), async (request, reply) => {
    const { run, uses, note, expiresSeconds } = request.body;
    if (run !== "" && (await runs.one(run)) === null) {
      return sendProblem(reply, "run-unknown", "there is no run of this id");
    }
    const created = await access.tokens.create({ run, uses, note }, expiresSeconds);
    authority.note(request, { action: "token-created", subject: created.record.id, detail: note });
    return created;
  });
  const revoke = { role: "operator", summary: "Takes a token back.", gives: listOf("tokens", token) } as const;
  http.delete<{ Params: { id: string } }>("/tokens/:id", routeFor(desk, revoke), async (request, reply) => {
    const { id } = request.params;
    if (!access.tokens.revoke(id)) return sendProblem(reply, "token-unknown", "there is no such token to take back");
    authority.note(request, { action: "token-revoked", subject: id });
    return { tokens: access.tokens.all() };
  });
};
