import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  admin,
  comesToItsEnd,
  guestOf,
  meter,
  type SampleSite,
  sampleSite,
  VERSIONS,
} from "./abuse/sample-coordinator.ts";
import { works } from "./abuse/sample-device.ts";
import { openCoordinator } from "./coordinator.ts";
import { replayRun } from "./run/replay.ts";
import { certificate } from "./sample-certificate.ts";
import { openBlobs } from "./store/blobs.ts";

/** The names of the files anywhere in a folder of a coordinator's folder. */
function filesIn({ folder: root }: Pick<SampleSite, "folder">, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

test("a run is seen from all sides while it goes on and after it has ended", async () => {
  const site = await sampleSite();
  const id = site.run.record.id;
  const of = async (path: string): Promise<unknown> => (await admin(site, "GET", `/runs/${id}${path}`)).body;
  expect(await of("")).toMatchObject({ state: "waiting", version: 0, clients: { known: 0 } });
  expect(await admin(site, "GET", `/runs/${id}/model`)).toMatchObject({ status: 404 });
  const early = await guestOf(site);
  early.say({ kind: "leaving" });
  await comesToItsEnd(site);
  expect(await of("")).toMatchObject({
    name: "sample",
    state: "ended",
    version: VERSIONS,
    measuredVersion: VERSIONS,
    clients: { known: 3, connected: 0 },
    updates: { accepted: 2 * VERSIONS, late: 0, abandoned: 0, invalid: {} },
    openTasks: 0,
  });
  expect(await of("/summary")).toMatchObject({ status: "finished", rounds: VERSIONS });
  expect(await of("/scorecard")).toHaveProperty("delay");
  expect(await of("/measurements")).toHaveProperty("measurements");
  expect(await of("/clients")).toMatchObject({ clients: [{ client: 0, tier: "sample", examples: 10 }, {}, {}] });
  expect(await of("/tasks")).toEqual({ tasks: [] });
  expect(await meter(site, "potluck_acknowledgement_seconds_count")).toBe(2 * VERSIONS);
  expect(await meter(site, `potluck_run_state{run="${id}",state="ended"}`)).toBe(1);
  const headers = { authorization: `Bearer ${site.key}` };
  for (const format of ["onnx", "safetensors"]) {
    const file = await fetch(`${site.coordinator.url}/v1/admin/runs/${id}/model?format=${format}`, { headers });
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(300);
  }
}, 60_000);

test("who takes part in a run that ends is sent home at once, while the coordinator goes on with another", async () => {
  const site = await sampleSite();
  const { document, id } = site.run.record;
  const other = await site.coordinator.begin({ document, seed: 2 });
  const devices = [await guestOf(site, { run: id }), await guestOf(site, { run: id })];
  for (const device of devices) void works(device);
  const goodbyes = await Promise.all(devices.map(async ({ gone }) => gone));
  expect(goodbyes).toMatchObject([0, 1].map(() => ({ code: "run-ended", comeBack: false })));
  expect(other.view.ended).toBeNull();
  await expect(guestOf(site, { run: id })).rejects.toThrow("run-ended");
}, 60_000);

test("a run is begun over the administration, and found again by its scenario and seed", async () => {
  const site = await sampleSite();
  const scenario: unknown = JSON.parse(site.run.record.document);
  const begun = await admin(site, "POST", "/runs", { scenario, seed: 7 });
  expect(begun).toMatchObject({ status: 200, body: { seed: 7, state: "waiting" } });
  expect(await admin(site, "POST", "/runs", { scenario, seed: 7 })).toEqual(begun);
  expect(site.coordinator.runs.size).toBe(2);
  const { status, body } = await admin(site, "POST", "/runs", { scenario: { name: "broken" } });
  expect([status, body]).toMatchObject([400, { code: "run-refused", detail: expect.stringContaining("model") }]);
}, 60_000);

test("a run whose journal is damaged cannot be taken up, and does not keep the others of its coordinator from going on", async () => {
  const site = await sampleSite();
  const { id, document } = site.run.record;
  await site.coordinator.begin({ document, seed: 2 });
  await site.coordinator.close();
  writeFileSync(join(site.folder, "runs", id, "journal.db"), "something else");
  writeFileSync(join(site.folder, "clear-up"), "");
  const again = await openCoordinator({ folder: site.folder });
  try {
    expect([...again.runs.values()].map(({ record }) => record.seed)).toEqual([2]);
    await expect(again.begin({ document, seed: 1 })).rejects.toMatchObject({ code: "store-corrupt" });
  } finally {
    await again.close();
  }
}, 60_000);

test("a run that has ended is still seen by a coordinator that does not host it any more", async () => {
  const site = await sampleSite();
  await comesToItsEnd(site);
  const { id } = site.run.record;
  const before = (await admin(site, "GET", `/runs/${id}`)).body;
  expect(before).toMatchObject({ accuracy: expect.any(Number) });
  await site.coordinator.close();
  const kept = join(site.folder, "runs", id, "overview.json");
  rmSync(kept);
  // It begins another one.
  const again = await sampleSite({ folder: site.folder }, { versions: VERSIONS + 1 });
  const { body } = await admin(again, "GET", "/runs");
  const { accuracy } = Object(before);
  expect(body).toMatchObject({ runs: [{ id, state: "ended", version: VERSIONS, accuracy }, { state: "waiting" }] });
  expect(existsSync(kept)).toBe(true);
  expect(Object(before)).toMatchObject({ id, version: VERSIONS, updates: { accepted: 2 * VERSIONS } });
  // One that was kept before it was said which version was measured.
  const { measuredVersion, ...older } = Object(before);
  expect(measuredVersion).toBe(VERSIONS);
  writeFileSync(kept, JSON.stringify(older));
  expect((await admin(again, "GET", `/runs/${id}`)).body).toMatchObject({ accuracy, measuredVersion: null });
  expect((await admin(again, "GET", `/runs/${id}/summary`)).body).toMatchObject({ status: "finished" });
  expect((await admin(again, "POST", `/runs/${id}/stop`, {})).body).toMatchObject({ code: "run-over" });
}, 60_000);

test("a run that is deleted takes along its folder and the blobs that no other run needs", async () => {
  const site = await sampleSite();
  const { id } = site.run.record;
  expect((await admin(site, "DELETE", `/runs/${id}`)).body).toMatchObject({ code: "run-not-over" });
  await admin(site, "POST", `/runs/${id}/stop`, {});
  expect((await admin(site, "GET", `/runs/${id}/result`)).body).toMatchObject({
    versions: 0,
    status: "interrupted",
  });
  expect((await admin(site, "GET", `/runs/${id}/report`)).body).toMatchObject({ code: "report-missing" });
  expect(filesIn(site, "blobs").length).toBeGreaterThanOrEqual(2);
  expect((await admin(site, "DELETE", `/runs/${id}`)).body).toEqual({ deleted: id });
  expect(existsSync(join(site.folder, "runs", id))).toBe(false);
  expect(filesIn(site, "blobs")).toEqual([]);
  expect((await admin(site, "GET", "/runs")).body).toEqual({ runs: [] });
  expect((await admin(site, "GET", `/runs/${id}/summary`)).body).toMatchObject({ code: "run-unknown" });
  expect((await admin(site, "GET", "/audit")).body).toMatchObject({
    entries: [{ action: "run-deleted", subject: id }, { action: "run-stopped" }],
  });
}, 60_000);

test("the models of a run that has ended go when the coordinator closes, and its answers stay, which it is replayed from", async () => {
  const site = await sampleSite();
  await comesToItsEnd(site);
  const { modelHash } = await site.run.result();
  expect(filesIn(site, "blobs").length).toBeGreaterThanOrEqual(VERSIONS);
  await site.coordinator.close();
  expect(filesIn(site, "blobs")).toEqual([]);
  expect(await replayRun(site.folder)).toMatchObject({ modelHash, answers: { length: 2 * VERSIONS } });
}, 60_000);

test("while another run is hosted blobs stay, and are cleared away at the next start, all but those that it needs", async () => {
  const site = await sampleSite();
  const { id } = site.run.record;
  await admin(site, "POST", `/runs/${id}/stop`, {});
  await site.run.whenEnded;
  await site.coordinator.close();
  const both = await sampleSite({ folder: site.folder }, { versions: VERSIONS + 1 });
  const blobs = openBlobs(join(site.folder, "blobs"));
  const orphan = await blobs.put(Uint8Array.of(1, 2, 3));
  expect((await admin(both, "DELETE", `/runs/${id}`)).body).toEqual({ deleted: id });
  expect(existsSync(join(site.folder, "runs", id))).toBe(false);
  expect(await blobs.sizeOf(orphan.sha256)).toBe(3);
  await both.coordinator.close();
  const again = await sampleSite({ folder: site.folder }, { versions: VERSIONS + 1 });
  expect(await blobs.sizeOf(orphan.sha256)).toBeNull();
  expect((await admin(again, "GET", "/runs")).body).toMatchObject({
    runs: [{ id: again.run.record.id, state: "waiting" }],
  });
}, 60_000);

test("a new folder is its owner's alone, the one that it is made in is as it was", async () => {
  const store = mkdtempSync(join(tmpdir(), "potluck-"));
  chmodSync(store, 0o755);
  await sampleSite({ folder: join(store, "coordinators", "one") });
  const [own, above] = [join(store, "coordinators", "one"), join(store, "coordinators")].map((folder) =>
    statSync(folder),
  );
  expect((own?.mode ?? 0) & 0o777).toBe(0o700);
  expect((above?.mode ?? 0) & 0o055).toBe(0o055);
}, 60_000);

test("with a certificate everything is encrypted, on the same port", async () => {
  const site = await sampleSite({ tls: certificate });
  expect(site.coordinator.url).toMatch(/^https:/);
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${site.coordinator.url}/healthz`, { ca: certificate.cert }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode));
    });
    sent.once("error", reject).end();
  });
  expect(status).toBe(200);
  await expect(fetch(site.coordinator.url.replace("https", "http"))).rejects.toThrow("fetch failed");
}, 60_000);

test("where it cannot listen, or the certificate is none, it says so", async () => {
  const site = await sampleSite();
  const port = Number(new URL(site.coordinator.url).port);
  await expect(sampleSite({ port })).rejects.toThrow("something else listens there");
  const wrong = { cert: "nothing", key: "nothing" };
  await expect(sampleSite({ tls: wrong })).rejects.toThrow("the certificate or its key cannot be used");
}, 60_000);
