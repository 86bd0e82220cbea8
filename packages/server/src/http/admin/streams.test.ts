import { present } from "@potluck/core";
import { expect, test } from "vitest";
import { MOST_FEEDS } from "./feed-route.ts";
import { sampleAdmin } from "./sample-admin.ts";

const { site, ask } = sampleAdmin();

test("the history of a run is lines of JSON, as many as there are", async () => {
  const headers = { authorization: `Bearer ${site().keys.viewer}` };
  const response = await site().http.inject({ url: "/v1/admin/runs/r1/history", headers });
  expect(response.headers["content-type"]).toBe("application/x-ndjson");
  expect(response.body).toBe('[0,"joined",0,null,null]\n[1,"asked",0,4,3]\n');
  expect((await ask("viewer", "GET", "/v1/admin/runs/other/history")).body).toMatchObject({ code: "run-unknown" });
});

test("so many feeds are open at once, and no more", async () => {
  await site().http.listen();
  const { port } = Object(site().http.server.address());
  const headers = { authorization: `Bearer ${site().keys.viewer}` };
  const controller = new AbortController();
  const url = `http://127.0.0.1:${port}/v1/admin/runs/r1/feed`;
  const open = async (): Promise<Response> => fetch(url, { headers, signal: controller.signal });
  const feeds = await Promise.all(Array.from({ length: MOST_FEEDS }, open));
  expect(feeds.every(({ status }) => status === 200)).toBe(true);
  const refused = await open();
  expect([refused.status, await refused.json()]).toMatchObject([429, { code: "too-many-requests" }]);
  controller.abort();
  await expect.poll(async () => (await fetch(`${url}?seconds=0`, { headers })).status).toBe(200);
});

test("a feed ends when its key is taken back", async () => {
  await site().http.listen();
  const { port } = Object(site().http.server.address());
  const { key, record } = site().access.keys.create("bob", "viewer");
  const headers = { authorization: `Bearer ${key}` };
  const { body } = await fetch(`http://127.0.0.1:${port}/v1/admin/runs/r1/feed`, { headers });
  const reader = present(body, "a feed").getReader();
  expect((await reader.read()).done).toBe(false);
  site().access.keys.revoke(record.id);
  await ask("operator", "POST", "/v1/admin/runs/r1/pause");
  expect((await reader.read()).done).toBe(true);
});

test("a feed is lines of JSON, the first of which has everything", async () => {
  const headers = { authorization: `Bearer ${site().keys.viewer}` };
  const response = await site().http.inject({ url: "/v1/admin/runs/r1/feed?seconds=0", headers });
  expect(response.headers["content-type"]).toBe("application/x-ndjson");
  const lines = response.body.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    run: { id: "r1" },
    clients: [{ client: 0, isRevoked: false }, { client: 1 }],
    measurements: [{ version: 1 }, { version: 2 }],
    scorecard: { updatesLate: 1 },
  });
  expect((await ask("viewer", "GET", "/v1/admin/runs/other/feed")).body).toMatchObject({ code: "run-unknown" });
});

test("where it is time to leave a feed tells what there is and ends at once; no other begins", async () => {
  await site().http.listen();
  const { port } = Object(site().http.server.address());
  const headers = { authorization: `Bearer ${site().keys.viewer}` };
  const url = `http://127.0.0.1:${port}/v1/admin/runs/r1/feed`;
  const { body } = await fetch(url, { headers });
  const reader = present(body, "a feed").getReader();
  await reader.read();
  await ask("operator", "POST", "/v1/admin/runs/r1/stop", { reason: "it is over" });
  const left = site().audience.seenOff();
  const { value }: { readonly value?: Uint8Array | undefined } = await reader.read();
  expect(new TextDecoder().decode(value)).toMatch(/"state":"ended","ended":"it is over"/);
  expect((await reader.read()).done).toBe(true);
  // Whoever has seen the end asks for the history, and is waited for no longer.
  expect((await fetch(url.replace("/feed", "/history"), { headers })).status).toBe(200);
  await left;
  const refused = await fetch(url, { headers });
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: "coordinator-closing" }]);
});
