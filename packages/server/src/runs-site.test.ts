import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sampleRuns } from "./http/sample-runs.ts";
import { openRunsSite, type RunsSite } from "./runs-site.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
  await writeFile(join(folder, "index.html"), "the studio");
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

let site: RunsSite;
afterEach(async () => site.close());

async function open(host?: string): Promise<ReturnType<typeof sampleRuns>> {
  const runs = sampleRuns();
  site = await openRunsSite({ runs: runs.runs, studio: async () => folder, ...(host !== undefined && { host }) });
  return runs;
}

/** The status of a request with these headers. */
async function statusOf(path: string, method: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, site.url), { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once("error", reject);
    asked.end();
  });
}

test("runs are seen, and deleted, without a key on this machine, by the routes of a coordinator", async () => {
  const { deeds } = await open();
  expect(site.role).toBe("operator");
  const who: unknown = await (await fetch(`${site.url}/v1/admin/whoami`)).json();
  expect(who).toEqual({ name: null, role: "operator" });
  const list: unknown = await (await fetch(`${site.url}/v1/admin/runs`)).json();
  expect(list).toMatchObject({ runs: [{ id: "r1", plan: "rounds 3, mean, sgd 0.1", experiments: [] }] });
  expect(await (await fetch(site.url)).text()).toBe("the studio");
  expect(await statusOf("/v1/admin/runs/r1", "DELETE")).toBe(409);
  expect(await statusOf("/v1/admin/keys", "GET")).toBe(401);
  const headers = { "content-type": "application/json" };
  await fetch(`${site.url}/v1/admin/runs/r1/stop`, { method: "POST", headers, body: "{}" });
  expect(await statusOf("/v1/admin/runs/r1", "DELETE")).toBe(200);
  expect(deeds).toEqual(["stop it was stopped", "remove"]);
});

test("pages of others reach nothing: neither by their origin, nor by a name of theirs that leads to this machine", async () => {
  const { deeds } = await open();
  expect(await statusOf("/v1/admin/runs/r1/stop", "POST", { origin: "https://elsewhere.example" })).toBe(403);
  expect(await statusOf("/v1/admin/runs", "GET", { host: "elsewhere.example" })).toBe(403);
  expect(await statusOf("/v1/admin/runs", "GET", { host: "[" })).toBeGreaterThanOrEqual(400);
  expect(await statusOf("/v1/admin/runs", "GET", { host: "localhost:1" })).toBe(200);
  expect(deeds).toEqual([]);
});

test("whoever looks from elsewhere may look and no more", async () => {
  await open("0.0.0.0");
  expect(site.role).toBe("viewer");
  expect(await statusOf("/v1/admin/runs", "GET")).toBe(200);
  expect(await statusOf("/v1/admin/runs/r1", "DELETE")).toBe(401);
});
