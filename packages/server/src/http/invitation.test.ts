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

test("a token that is none, is over or was taken back opens nothing, one that is used up does; and one for a run shows that run alone", async () => {
  const clock = { now: sample.now };
  const access = openAccess({ folder: join(sample.folder, "scopes"), now: () => clock.now, isOpen: false });
  const http = fastify();
  const { runs } = sampleRuns();
  addInvitation(http, { runs, access });
  const [first] = (await runs.list()).filter(({ state }) => state !== "ended");
  const request = { run: "", uses: 1, note: "" };
  const invited = async (token: string | null): Promise<unknown> => {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const answer = await http.inject({ method: "GET", url: "/v1/invitation", headers });
    const { runs: told, code }: Readonly<Record<string, unknown>> = Object(answer.json());
    return answer.statusCode === 200 ? told : [answer.statusCode, code];
  };
  const made = async (run: string, seconds: number) => access.tokens.create({ ...request, run }, seconds);
  const [whole, narrow, elsewhere] = [await made("", 60), await made(first?.id ?? "", 60), await made("another", 60)];
  expect(await invited(null)).toEqual([401, "token-missing"]);
  expect(await invited("x")).toEqual([401, "token-invalid"]);
  expect(await invited(narrow.token)).toMatchObject([{ id: first?.id }]);
  expect(await invited(elsewhere.token)).toEqual([]);
  await access.enrolments.admit({ device: "aa", token: whole.token, run: "any" });
  expect(await invited(whole.token)).toMatchObject([{ id: first?.id }]);
  access.tokens.revoke(whole.record.id);
  expect(await invited(whole.token)).toEqual([401, "token-revoked"]);
  clock.now += 61;
  expect(await invited(narrow.token)).toEqual([401, "token-expired"]);
  await http.close();
  access.close();
});
