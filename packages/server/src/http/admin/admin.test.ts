import { fastify } from "fastify";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { roles } from "../../access/admin-keys.ts";
import { problems } from "../problem.ts";
import { addSurface } from "../surface.ts";
import { sampleAdmin } from "./sample-admin.ts";

const { site, ask } = sampleAdmin();

/** Every route with a body that it takes, and the least role that may. */
const ROUTES = [
  ["GET", "/v1/admin/whoami", "viewer"],
  ["GET", "/v1/admin/runs", "viewer"],
  ["GET", "/v1/admin/runs/r1", "viewer"],
  ["GET", "/v1/admin/runs/r1/summary", "viewer"],
  ["GET", "/v1/admin/runs/r1/scorecard", "viewer"],
  ["GET", "/v1/admin/runs/r1/result", "viewer"],
  ["GET", "/v1/admin/runs/r1/report", "viewer"],
  ["GET", "/v1/admin/runs/r1/measurements", "viewer"],
  ["GET", "/v1/admin/runs/r1/refusals", "viewer"],
  ["GET", "/v1/admin/runs/r1/feed?seconds=0", "viewer"],
  ["GET", "/v1/admin/runs/r1/figures", "viewer"],
  ["GET", "/v1/admin/runs/r1/history", "viewer"],
  ["GET", "/v1/admin/runs/r1/clients", "viewer"],
  ["GET", "/v1/admin/runs/r1/clients/0", "viewer"],
  ["GET", "/v1/admin/runs/r1/tasks", "viewer"],
  ["GET", "/v1/admin/runs/r1/model", "operator"],
  ["GET", "/v1/admin/tokens", "operator"],
  ["GET", "/v1/admin/keys", "admin"],
  ["GET", "/v1/admin/audit", "admin"],
  ["POST", "/v1/admin/runs", "admin"],
  ["POST", "/v1/admin/runs/r1/stop", "operator"],
  ["POST", "/v1/admin/runs/r1/pause", "operator"],
  ["POST", "/v1/admin/runs/r1/resume", "operator"],
  ["DELETE", "/v1/admin/runs/r1", "operator"],
  ["POST", "/v1/admin/runs/r1/clients/0/revoke", "operator"],
  ["POST", "/v1/admin/tokens", "operator"],
  ["DELETE", "/v1/admin/tokens/x", "operator"],
  ["POST", "/v1/admin/keys", "admin"],
  ["DELETE", "/v1/admin/keys/x", "admin"],
  ["GET", "/metrics", "viewer"],
] as const;

describe.each(ROUTES)("%s %s", (method, url, least) => {
  test("is for those of its role and above alone, and refusals are written down", async () => {
    const { status } = await ask(null, method, url);
    expect(status).toBe(401);
    for (const role of roles) {
      site().steady += 1000;
      const headers = { authorization: `Bearer ${site().keys[role]}` };
      const response = await site().http.inject({ method, url, headers });
      const isHighEnough = roles.indexOf(role) >= roles.indexOf(least);
      expect(response.statusCode === 403, `${role}: ${response.body}`).toBe(!isHighEnough);
    }
    const refused = site()
      .access.audit.newest(10)
      .filter(({ action }) => action === "request-refused");
    expect(refused).toHaveLength(1 + roles.indexOf(least));
    expect(refused.at(-1)).toMatchObject({ who: "127.0.0.1", subject: `${method} ${url}`, detail: "key-missing" });
  });
});

test("the table above has every route that asks for a key", async () => {
  const { body } = await ask(null, "GET", "/v1/openapi.json");
  const { paths }: { readonly paths: Record<string, Record<string, unknown>> } = Object(body);
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const tried = ROUTES.map(
    ([method, url]) =>
      `${method} ${url.replace("r1", "{run}").replace(/s\/0/, "s/{client}").replace(/\/x$/, "/{id}").replace(/[?].*/, "")}`,
  );
  expect(tried.filter((route) => !route.endsWith("/metrics")).toSorted()).toEqual(
    described.filter((route) => route.includes("/admin/")).toSorted(),
  );
});

test("whoever shows wrong keys again and again is not answered for a while; a good key is always good", async () => {
  const url = "/v1/admin/runs";
  const wrong = { authorization: `Bearer plk_${"0".repeat(12)}_${"A".repeat(43)}` };
  for (let attempt = 0; attempt < 10; attempt++) {
    expect((await site().http.inject({ url, headers: wrong })).statusCode).toBe(401);
  }
  const limited = await site().http.inject({ url, headers: wrong });
  expect(limited.statusCode).toBe(429);
  expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
  expect(site().access.audit.newest(100)).toHaveLength(10);
  expect((await ask("admin", "GET", url)).status).toBe(200);
  // Also where its role does not reach.
  expect((await ask("viewer", "POST", "/v1/admin/runs/r1/stop", {})).body).toMatchObject({ code: "role-too-low" });
  site().steady += 11;
  expect((await site().http.inject({ url, headers: wrong })).statusCode).toBe(401);
});

test("an address that asks too often is told when to come back", async () => {
  let refused = 0;
  for (let request = 0; request < 210; request++) {
    const { statusCode } = await site().http.inject({ url: "/healthz", remoteAddress: "203.0.113.8" });
    if (statusCode === 429) refused += 1;
  }
  expect(refused).toBe(10);
  const elsewhere = await site().http.inject({ url: "/healthz", remoteAddress: "203.0.113.9" });
  expect(elsewhere.statusCode).toBe(200);
  // A proxy on this machine speaks for many.
  const here = await Promise.all(Array.from({ length: 300 }, async () => site().http.inject({ url: "/healthz" })));
  expect(here.every(({ statusCode }) => statusCode === 200)).toBe(true);
});

test("a run is looked at from all sides", async () => {
  const { body } = await ask("viewer", "GET", "/v1/admin/runs");
  expect(body).toMatchObject({ runs: [{ id: "r1", updates: { invalid: { norm: 2 } }, clients: { connected: 1 } }] });
  expect((await ask("viewer", "GET", "/v1/admin/runs/r1/summary")).body).toEqual({ status: "running" });
  expect((await ask("viewer", "GET", "/v1/admin/runs/r1/figures")).body).toMatchObject({
    staleness: [
      [0, 6],
      [2, 1],
    ],
  });
  expect((await ask("viewer", "GET", "/v1/admin/runs/r1/measurements")).body).toEqual({
    measurements: [{ version: 1 }, { version: 2 }],
  });
  for (const path of [
    "",
    "/summary",
    "/scorecard",
    "/result",
    "/report",
    "/measurements",
    "/refusals",
    "/figures",
    "/clients",
    "/tasks",
    "/clients/0",
  ]) {
    const { status, body: problem } = await ask("viewer", "GET", `/v1/admin/runs/other${path}`);
    expect([status, problem]).toMatchObject([404, { code: "run-unknown" }]);
  }
  const { body: client } = await ask("viewer", "GET", "/v1/admin/runs/r1/clients/7");
  expect(client).toMatchObject({ code: "client-unknown" });
});

test("a run is stopped once, and who has done it is written down", async () => {
  const { body } = await ask("operator", "POST", "/v1/admin/runs/r1/stop", { reason: "enough" });
  expect(body).toMatchObject({ state: "ended", ended: "enough" });
  expect((await ask("operator", "POST", "/v1/admin/runs/r1/stop", {})).body).toMatchObject({ code: "run-over" });
  expect(site().access.audit.newest(1)).toMatchObject([
    { who: "operator ann", action: "run-stopped", subject: "r1", detail: "enough" },
  ]);
});

test("a run is paused and resumed, and who has done it is written down; one that has ended is neither", async () => {
  expect((await ask("operator", "POST", "/v1/admin/runs/r1/pause")).body).toMatchObject({ state: "paused" });
  expect((await ask("viewer", "GET", "/v1/admin/runs")).body).toMatchObject({ runs: [{ state: "paused" }] });
  expect((await ask("operator", "POST", "/v1/admin/runs/r1/resume")).body).toMatchObject({ state: "running" });
  expect(site().access.audit.newest(2)).toMatchObject([
    { who: "operator ann", action: "run-resumed", subject: "r1" },
    { who: "operator ann", action: "run-paused", subject: "r1" },
  ]);
  await ask("operator", "POST", "/v1/admin/runs/r1/stop", {});
  for (const deed of ["pause", "resume"]) {
    expect((await ask("operator", "POST", `/v1/admin/runs/r1/${deed}`)).body).toMatchObject({ code: "run-over" });
    expect((await ask("operator", "POST", `/v1/admin/runs/other/${deed}`)).body).toMatchObject({ code: "run-unknown" });
  }
});

test("a model is a file", async () => {
  const headers = { authorization: `Bearer ${site().keys.operator}` };
  const response = await site().http.inject({ url: "/v1/admin/runs/r1/model?format=onnx", headers });
  expect([...response.rawPayload]).toEqual([1, 2, 3]);
  expect(response.headers["content-disposition"]).toBe('attachment; filename="model.onnx"');
  const missing = await ask("operator", "GET", "/v1/admin/runs/r1/model?format=safetensors");
  expect(missing.body).toMatchObject({ code: "model-missing" });
  expect((await ask("operator", "GET", "/v1/admin/runs/r1/model?format=exe")).status).toBe(400);
  expect((await ask("operator", "GET", "/v1/admin/runs/r1/model?number=-1")).status).toBe(400);
  const several = await ask("operator", "GET", "/v1/admin/runs/r1/model?number=7");
  expect(several).toMatchObject({ status: 409, body: { code: "model-ambiguous" } });
  const second = await site().http.inject({ url: "/v1/admin/runs/r1/model?number=1", headers });
  expect(second.headers["content-disposition"]).toBe('attachment; filename="model-1.onnx"');
});

test("a client that is sent away is so for good", async () => {
  const { body } = await ask("operator", "POST", "/v1/admin/runs/r1/clients/1/revoke");
  expect(body).toMatchObject({ device: "bb", isRevoked: true });
  expect(site().runs.deeds).toEqual(["away bb"]);
  const refusal = await site().access.enrolments.admit({ device: "bb", token: "", run: "r1" });
  expect(refusal?.code).toBe("device-revoked");
  expect((await ask("viewer", "GET", "/v1/admin/runs/r1/clients/1")).body).toMatchObject({ isRevoked: true });
});

test("a token is made, lets a device in, is listed without itself, and is taken back", async () => {
  const made = await ask("operator", "POST", "/v1/admin/tokens", { run: "r1", uses: 2, note: "the lab" });
  const { token, record }: { readonly token: string; readonly record: { readonly id: string } } = Object(made.body);
  expect(await site().access.enrolments.admit({ device: "aa", token, run: "r1" })).toBeNull();
  const listed = await ask("operator", "GET", "/v1/admin/tokens");
  expect(listed.body).toMatchObject({ tokens: [{ id: record.id, uses: 2, used: 1, note: "the lab" }] });
  expect(JSON.stringify(listed.body)).not.toContain(token);
  expect((await ask("operator", "DELETE", `/v1/admin/tokens/${record.id}`)).status).toBe(200);
  expect((await ask("operator", "DELETE", `/v1/admin/tokens/${record.id}`)).body).toMatchObject({
    code: "token-unknown",
  });
  expect((await site().access.enrolments.admit({ device: "cc", token, run: "r1" }))?.code).toBe("token-revoked");
});

test.each([
  [{ run: "other" }, "run-unknown"],
  [{ uses: 0 }, "request-invalid"],
  [{ uses: 1.5 }, "request-invalid"],
  [{ expiresSeconds: -1 }, "request-invalid"],
  [{ expiresSeconds: 1e12 }, "request-invalid"],
  [{ note: "x".repeat(201) }, "request-invalid"],
  [{ note: "x".repeat(100_000) }, "request-invalid"],
])("a token that makes no sense is refused: %j", async (body, code) => {
  expect((await ask("operator", "POST", "/v1/admin/tokens", body)).body).toMatchObject({ code });
  expect(site().access.tokens.all()).toEqual([]);
});

test("a key is made, opens what its role may, and is taken back; the last admin stays", async () => {
  const made = await ask("admin", "POST", "/v1/admin/keys", { name: "bob", role: "viewer" });
  const { key, record }: { readonly key: string; readonly record: { readonly id: string } } = Object(made.body);
  const headers = { authorization: `Bearer ${key}` };
  expect((await site().http.inject({ url: "/v1/admin/runs", headers })).statusCode).toBe(200);
  expect((await ask("admin", "DELETE", `/v1/admin/keys/${record.id}`)).status).toBe(200);
  expect((await site().http.inject({ url: "/v1/admin/runs", headers })).statusCode).toBe(401);
  const own = site().access.keys.holderOf(site().keys.admin)?.id;
  expect((await ask("admin", "DELETE", `/v1/admin/keys/${own}`)).body).toMatchObject({ code: "key-last" });
  expect((await ask("admin", "POST", "/v1/admin/keys", { name: "eve", role: "god" })).status).toBe(400);
  const { body } = await ask("admin", "GET", "/v1/admin/audit");
  const { entries }: { readonly entries: readonly { readonly action: string }[] } = Object(body);
  expect(entries.map(({ action }) => action)).toEqual(["request-refused", "key-revoked", "key-created"]);
});

test("the text of a body that is packed is not unpacked, and one of another kind is not read", async () => {
  const headers = { authorization: `Bearer ${site().keys.operator}` };
  const packed = { ...headers, "content-type": "application/json", "content-encoding": "gzip" };
  const url = "/v1/admin/tokens";
  const gzip = await site().http.inject({
    method: "POST",
    url,
    headers: packed,
    payload: Buffer.from([31, 139, 8, 0]),
  });
  expect(gzip.json()).toMatchObject({ code: "request-invalid" });
  const text = { ...headers, "content-type": "text/plain" };
  const plain = await site().http.inject({ method: "POST", url, headers: text, payload: "{}" });
  expect(plain.json()).toMatchObject({ code: "request-invalid" });
});

test("docs/reference/openapi.json describes what there is; `npx vitest run packages/server/src/http -u` writes it anew", async () => {
  const { body } = await ask(null, "GET", "/v1/openapi.json");
  const file = new URL("../../../../../docs/reference/openapi.json", import.meta.url).pathname;
  await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot(file);
});

test("docs/reference/admin-api.md has every code, and no other", () => {
  const page = readFileSync(new URL("../../../../../docs/reference/admin-api.md", import.meta.url), "utf8");
  const codes = Array.from(page.matchAll(/^\| `([\w-]+)` +\| (\d{3}) /gm), ([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(codes).toEqual(Object.entries(problems).map(([code, { status }]) => [code, status]));
});

test("whoever shows a key is told what it may do", async () => {
  expect((await ask("operator", "GET", "/v1/admin/whoami")).body).toEqual({ name: "operator ann", role: "operator" });
});

test("where the status is open, what viewers may see needs no key, and nothing else is given away", async () => {
  const http = fastify();
  await addSurface(http, {
    ...site(),
    runs: site().runs.runs,
    begin: null,
    steady: () => 0,
    origins: [],
    openMetrics: false,
    openRole: "viewer",
    studio: null,
    requests: { perSecond: 100, burst: 200 },
    onBug: () => {},
  });
  const statusOf = async (url: string, key?: string): Promise<number> =>
    (await http.inject({ url, headers: key === undefined ? {} : { authorization: `Bearer ${key}` } })).statusCode;
  expect(await statusOf("/v1/admin/runs")).toBe(200);
  expect((await http.inject("/v1/admin/whoami")).json()).toEqual({ name: null, role: "viewer" });
  expect(await statusOf("/v1/admin/runs", "plk_wrong")).toBe(401);
  expect(await statusOf("/v1/admin/runs/r1/model")).toBe(401);
  expect(await statusOf("/v1/admin/tokens")).toBe(401);
  expect((await http.inject({ method: "POST", url: "/v1/admin/runs", payload: {} })).statusCode).toBe(404);
  await http.close();
});

test("the description says that why not is JSON, also of pages and files, and which bodies may be left out", async () => {
  const { body } = await ask(null, "GET", "/v1/openapi.json");
  const problem = { content: { "application/json": {} } };
  const gives = (type: string): object => ({
    get: { responses: { "4XX": problem, 200: { content: { [type]: {} } } } },
  });
  expect(body).toMatchObject({
    paths: {
      "/v1/admin/runs/{run}/report": gives("text/html"),
      "/v1/admin/runs/{run}/model": gives("application/octet-stream"),
      "/v1/admin/runs/{run}/history": gives("application/x-ndjson"),
      "/v1/admin/runs/{run}/stop": { post: { requestBody: { required: false } } },
      "/v1/admin/runs": { post: { requestBody: { required: true } } },
    },
  });
  expect((await ask("operator", "POST", "/v1/admin/runs/r1/stop")).status).toBe(200);
});
