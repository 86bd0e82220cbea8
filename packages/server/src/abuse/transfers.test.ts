import { present } from "@potluck/core";
import type { WireTask } from "@potluck/protocol";
import { once } from "node:events";
import { statSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { replayRun } from "../run/replay.ts";
import { openBlobs } from "../store/blobs.ts";
import {
  admin,
  comesToItsEnd,
  guestOf,
  MANY_HIDDEN,
  meter,
  type SampleSite,
  sampleSite,
} from "./sample-coordinator.ts";
import {
  answered,
  asked,
  deviceOf,
  modelOf,
  type SampleDevice,
  submissionOf,
  uploaded,
  works,
} from "./sample-device.ts";

/** An upload that is left open. */
function openPut({ options, session }: SampleDevice, { id }: WireTask): ClientRequest {
  const headers = { authorization: `Bearer ${session}`, "upload-offset": "0", "transfer-encoding": "chunked" };
  const { hostname, port } = new URL(options.url);
  const sending = request({ hostname, port, method: "PUT", path: `/v1/updates/${id}`, headers });
  sending.on("error", () => {}).on("response", (response) => response.resume());
  return sending;
}

/** Two devices that are in, with the task of each. */
async function two(site: SampleSite) {
  const [mallory, alice] = [await guestOf(site), await guestOf(site)];
  return {
    mallory,
    alice,
    own: (await mallory.next("assign")).task,
    others: (await alice.next("assign")).task,
  };
}

interface Working {
  readonly device: SampleDevice;
  /** The task that it has still to answer; null for none. */
  readonly task: WireTask | null;
}

/** All go on and do all the work there is. */
async function finish(site: SampleSite, ...all: readonly Working[]): Promise<void> {
  for (const { device, task } of all) void works(device, task);
  await site.run.whenEnded;
  expect(site.run.view.ended?.ending?.status).toBe("finished");
}

/** The answer to a request whose path is sent as it is. */
async function raw({ options, session }: SampleDevice, method: string, path: string): Promise<[number, string]> {
  const { hostname, port } = new URL(options.url);
  const headers = { authorization: `Bearer ${session}` };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("end", () => resolve([response.statusCode ?? 0, body]));
    });
    sent.once("error", reject).end();
  });
}

test("a device can do nothing about the task of another", async () => {
  const site = await sampleSite();
  const { mallory, alice, own, others } = await two(site);
  const bytes = await modelOf(mallory, own);
  const stolen = `/v1/updates/${others.id}`;
  expect((await asked(mallory, stolen, { method: "HEAD" })).status).toBe(404);
  expect(await (await uploaded(mallory, others.id, bytes)).json()).toMatchObject({ code: "task-not-open" });
  mallory.say({ kind: "submitted", task: others.id, submission: submissionOf(bytes) });
  expect(await mallory.next("acknowledged")).toMatchObject({ task: others.id, outcome: "late" });
  mallory.say({ kind: "failed", task: others.id, reason: "not mine" });
  expect(await answered(alice, others, bytes)).toMatchObject({ outcome: "accepted" });
  await finish(site, { device: mallory, task: own }, { device: alice, task: null });
}, 30_000);

test("who shows no session, or one that is over, gets and gives nothing", async () => {
  const site = await sampleSite();
  const { mallory, alice, own, others } = await two(site);
  const bytes = await modelOf(mallory, own);
  const { session } = mallory;
  for (const wrong of ["", "x", `${session}x`, "null", "constructor"]) {
    const stranger = { ...mallory, session: wrong };
    expect((await asked(stranger, `/v1/blobs/${own.params.sha256}`)).status).toBe(401);
    expect((await uploaded(stranger, own.id, bytes)).status).toBe(401);
  }
  const again = await guestOf(site, { key: mallory.key });
  expect((await asked(mallory, `/v1/blobs/${own.params.sha256}`)).status).toBe(401);
  await finish(site, { device: again, task: null }, { device: alice, task: others });
}, 30_000);

test("names of blobs and tasks lead to nothing else", async () => {
  const site = await sampleSite();
  const { mallory, alice, own, others } = await two(site);
  const paths = [
    "/v1/blobs/../signing-key.pem",
    "/v1/blobs/..%2fsigning-key.pem",
    "/v1/blobs/..%5c..%5caccess.db",
    "/v1/blobs/%2e%2e%2f%2e%2e%2fadmin-key",
    `/v1/blobs/${"..%2f".repeat(12)}etc%2fpasswd`,
    `/v1/blobs/${own.params.sha256.toUpperCase()}`,
    `/v1/blobs/${own.params.sha256}%00`,
    `/v1/blobs/new`,
    "/v1/updates/..%2f..%2fcoordinator.db",
    `/v1/updates/${own.id}.part`,
    `/v1/updates/%2e/${own.id}`,
    "/v1/updates/-1",
    "/v1/updates/1e3",
    "//v1/blobs/x",
    "/v1/blobs/%ff",
  ];
  for (const path of paths) {
    for (const method of ["GET", "HEAD", "PUT"]) {
      const [status, body] = await raw(mallory, method, path);
      expect([400, 404], `${method} ${path}`).toContain(status);
      expect(body).not.toMatch(/PRIVATE KEY|SQLite|plk_|root:/);
    }
  }
  await finish(site, { device: mallory, task: own }, { device: alice, task: others });
}, 30_000);

test("an upload that is not what it is said to be is asked for again from its first byte, and counts when it is right", async () => {
  const site = await sampleSite();
  const { mallory, alice, own, others } = await two(site);
  const bytes = await modelOf(mallory, own);
  const changed = bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte));
  await uploaded(mallory, own.id, bytes);
  mallory.say({ kind: "submitted", task: own.id, submission: submissionOf(changed) });
  expect(await mallory.next("assign")).toMatchObject({ task: own });
  expect((await asked(mallory, `/v1/updates/${own.id}`, { method: "HEAD" })).headers.get("upload-offset")).toBe("0");
  await uploaded(mallory, own.id, bytes);
  const longer = { ...submissionOf(bytes), payload: { ...submissionOf(bytes).payload, bytes: bytes.length + 1 } };
  mallory.say({ kind: "submitted", task: own.id, submission: longer });
  expect(await mallory.next("assign")).toMatchObject({ task: own });
  expect(await meter(site, 'potluck_refused_total{code="upload-mismatch"}')).toBe(2);
  expect(await answered(mallory, own, bytes)).toMatchObject({ outcome: "accepted" });
  await finish(site, { device: mallory, task: null }, { device: alice, task: others });
}, 30_000);

test("a task whose upload is never what it is said to be has failed, and the run goes on", async () => {
  const site = await sampleSite();
  const { mallory, alice, own, others } = await two(site);
  const bytes = await modelOf(mallory, own);
  const changed = bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte));
  for (const again of [true, true, false]) {
    await uploaded(mallory, own.id, bytes);
    mallory.say({ kind: "submitted", task: own.id, submission: submissionOf(changed) });
    if (again) await mallory.next("assign");
  }
  expect(await mallory.next("acknowledged")).toMatchObject({ task: own.id, outcome: "invalid" });
  await finish(site, { device: mallory, task: null }, { device: alice, task: others });
  const { failures } = await site.run.result();
  expect([...failures]).toEqual([[expect.stringContaining("its SHA-256 is another"), 1]]);
}, 30_000);

test("what is sent on after an answer was said to be there comes too late, and is not in it", async () => {
  const site = await sampleSite({}, {}, MANY_HIDDEN);
  const { mallory, alice, own, others } = await two(site);
  const part = (await modelOf(mallory, own)).slice(0, 70_000);
  const path = `/v1/updates/${own.id}`;
  const sending = openPut(mallory, own);
  sending.write(part);
  const there = async (): Promise<number> =>
    Number((await asked(mallory, path, { method: "HEAD" })).headers.get("upload-offset"));
  while ((await there()) < part.length) await new Promise((resolve) => setImmediate(resolve));
  const cut = once(sending, "close");
  mallory.say({ kind: "submitted", task: own.id, submission: submissionOf(part) });
  for (let more = 0; more < 20; more++) sending.write(Uint8Array.of(1));
  expect(await mallory.next("acknowledged")).toMatchObject({ outcome: "invalid" });
  await cut;
  await finish(site, { device: mallory, task: null }, { device: alice, task: others });
  const { modelHash } = await site.run.result();
  await site.coordinator.close();
  const { sha256, bytes } = submissionOf(part).payload;
  expect(statSync(openBlobs(join(site.folder, "blobs")).pathOf(sha256)).size).toBe(bytes);
  expect(await replayRun(site.folder)).toMatchObject({ modelHash });
}, 60_000);

test("an upload ends where its device is sent away, or its task has failed", async () => {
  const site = await sampleSite();
  const { mallory, alice, own, others } = await two(site);
  const failing = openPut(mallory, own);
  const sentAway = openPut(alice, others);
  const cut = Promise.all([once(failing, "close"), once(sentAway, "close")]);
  for (const sending of [failing, sentAway]) sending.write("some of it");
  for (const { device, task } of [
    { device: mallory, task: own },
    { device: alice, task: others },
  ]) {
    const path = `/v1/updates/${task.id}`;
    while ((await asked(device, path, { method: "HEAD" })).headers.get("upload-offset") === "0") {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  mallory.say({ kind: "failed", task: own.id, reason: "on purpose" });
  const { members } = site.run.view;
  const client = present(members.get(deviceOf(alice.key)), "a client");
  await admin(site, "POST", `/runs/${site.run.record.id}/clients/${client}/revoke`);
  await cut;
  expect((await alice.gone)?.code).toBe("device-revoked");
}, 30_000);

test("lengths and offsets are what they are, whatever is said of them", async () => {
  const site = await sampleSite();
  const { mallory, alice, own, others } = await two(site);
  const bytes = await modelOf(mallory, own);
  const path = `/v1/updates/${own.id}`;
  const put = async (offset: string, body: Uint8Array<ArrayBuffer>): Promise<number> =>
    (await asked(mallory, path, { method: "PUT", body, headers: { "upload-offset": offset } })).status;
  expect(await put("-1", bytes)).toBe(400);
  expect(await put("9".repeat(30), bytes)).toBe(400);
  expect(await put("abc", bytes)).toBe(400);
  expect(await put("4", bytes)).toBe(409);
  const known = [...site.run.view.open.values()].find(({ task }) => task.id === own.id);
  const { mostBytes: most } = present(known, "a task");
  // One that says how long it is is refused at once, one that does not when it has become too long.
  await refusedAsTooLong(put("0", new Uint8Array(most + 1)));
  const endless = new ReadableStream<Uint8Array>({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) });
  await refusedAsTooLong(
    asked(mallory, path, { method: "PUT", body: endless, headers: { "upload-offset": "0" }, duplex: "half" }).then(
      ({ status }) => status,
    ),
  );
  const offset = Number((await asked(mallory, path, { method: "HEAD" })).headers.get("upload-offset"));
  expect(offset).toBeLessThanOrEqual(most);
  // What is there is not what is said to come: it is thrown away, and the task may be answered.
  mallory.say({ kind: "submitted", task: own.id, submission: submissionOf(bytes) });
  if (offset !== bytes.length) await mallory.next("assign");
  await finish(site, { device: mallory, task: own }, { device: alice, task: others });
}, 30_000);

test("a device fetches what is trained and what its own tasks name, and no blob besides", async () => {
  const site = await sampleSite({}, {}, MANY_HIDDEN);
  const { mallory, alice, own, others } = await two(site);
  const { document } = site.run.record;
  const other = await site.coordinator.begin({ document, seed: 2, startClients: 1 });
  const stranger = await guestOf(site, { run: other.record.id });
  const bytes = await modelOf(alice, others);
  expect(bytes.length).toBe(others.params.bytes);
  const answer = bytes.map((byte, at) => (at % 4 === 0 ? byte ^ 1 : byte));
  const { sha256 } = submissionOf(answer).payload;
  expect(await answered(alice, others, answer)).toMatchObject({ outcome: "accepted" });
  for (const device of [mallory, alice, stranger]) {
    const { status, headers } = await asked(device, `/v1/blobs/${sha256}`);
    expect([status, headers.get("cache-control")]).toEqual([404, null]);
  }
  expect((await asked(stranger, `/v1/blobs/${own.params.sha256}`)).status).toBe(404);
  for (const { sha256: trained } of [site.run.job, site.run.model]) {
    expect((await asked(mallory, `/v1/blobs/${trained}`)).status).toBe(200);
  }
  // One that is slow to notice that its task is over goes on with what it was fetching.
  expect((await asked(alice, `/v1/blobs/${others.params.sha256}`)).status).toBe(200);
  const again = await guestOf(site, { key: mallory.key, run: site.run.record.id });
  expect((await modelOf(again, own)).length).toBe(own.params.bytes);
  await finish(site, { device: again, task: own }, { device: alice, task: null });
}, 60_000);

/** Either the answer is told, or the connection is cut while more is being sent. */
async function refusedAsTooLong(sent: Promise<number>): Promise<void> {
  expect(await sent.catch(() => 413)).toBe(413);
}

test("a device that keeps transfers open has no more than its share of them, and others have theirs", async () => {
  const site = await sampleSite({ limits: { transfers: { total: 10, each: 1 } } });
  const { mallory, alice, own, others } = await two(site);
  const { hostname, port } = new URL(site.coordinator.url);
  const headers = { authorization: `Bearer ${mallory.session}`, "upload-offset": "0", "content-length": "100" };
  const held = request({ hostname, port, method: "PUT", path: `/v1/updates/${own.id}`, headers });
  held.on("error", () => {});
  held.write("half of it");
  const blob = `/v1/blobs/${own.params.sha256}`;
  let refused = await asked(mallory, blob);
  for (; refused.status === 200; refused = await asked(mallory, blob)) await refused.arrayBuffer();
  expect(await refused.json()).toMatchObject({ code: "too-busy" });
  expect((await modelOf(alice, others)).length).toBe(others.params.bytes);
  held.destroy();
  let freed = await asked(mallory, blob);
  for (; freed.status === 503; freed = await asked(mallory, blob)) await freed.arrayBuffer();
  expect(freed.status).toBe(200);
  await freed.arrayBuffer();
  mallory.say({ kind: "failed", task: own.id, reason: "on purpose" });
  for (const device of [mallory, alice]) device.say({ kind: "leaving" });
  await comesToItsEnd(site);
}, 30_000);
