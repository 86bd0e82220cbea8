import { fastify } from "fastify";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openAccess } from "../access/access.ts";
import { sampleDatabase } from "../access/sample-database.ts";
import { addInvitation } from "./invitation.ts";
import { sampleRuns } from "./sample-runs.ts";

const sample = sampleDatabase();

test.each([
  ["with a token", false, true, 200],
  ["without one", false, false, 401],
  ["without one where everybody is let in", true, false, 200],
] as const)("what a device is asked into, %s", async (_, isOpen, hasToken, status) => {
  const access = openAccess({
    folder: join(sample.folder, String(isOpen), String(hasToken)),
    now: () => sample.now,
    isOpen,
  });
  const http = fastify();
  const { runs } = sampleRuns();
  addInvitation(http, { runs, access });
  const { token } = await access.tokens.create({ run: "", uses: 1, note: "" }, 60);
  const headers = hasToken ? { authorization: `Bearer ${token}` } : { authorization: "Bearer x" };
  const answer = await http.inject({ method: "GET", url: "/v1/invitation", headers });
  expect(answer.statusCode).toBe(status);
  if (status === 200) {
    const open = (await runs.list()).filter(({ state }) => state !== "ended");
    expect(answer.json()).toEqual({ runs: open.map(({ id, name, state }) => ({ id, name, state })) });
  }
  await http.close();
  access.close();
});
