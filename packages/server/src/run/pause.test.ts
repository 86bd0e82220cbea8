import { ownState } from "@potluck/core";
import type { HistoryRow } from "@potluck/scenario";
import { expect, test } from "vitest";
import {
  admin,
  comesToItsEnd,
  guestOf,
  meter,
  type SampleSite,
  sampleSite,
  VERSIONS,
} from "../abuse/sample-coordinator.ts";
import { answered, joined, modelOf, works } from "../abuse/sample-device.ts";
import type { RunOverview } from "../http/runs-view.ts";
import { replayRun } from "./replay.ts";

/** A deadline that would pass while a test pauses its run. */
const DEADLINE = { pacing: { name: "rounds", cohort: 2, quorum: 0.5, deadlineSeconds: 1 } };

async function overviewOf(site: SampleSite): Promise<RunOverview> {
  return ownState<RunOverview>((await admin(site, "GET", `/runs/${site.run.record.id}`)).body);
}

async function stateOf(site: SampleSite): Promise<string> {
  return (await overviewOf(site)).state;
}

async function historyOf({ coordinator: { url }, key, run }: SampleSite): Promise<readonly HistoryRow[]> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/v1/admin/runs/${run.record.id}/history`, { headers });
  return (await response.text())
    .trimEnd()
    .split("\n")
    .map((line) => ownState<HistoryRow>(JSON.parse(line)));
}

test("an answer whose round comes to nothing is abandoned and no longer taken, while counters do not go down", async () => {
  const site = await sampleSite({}, { pacing: { name: "rounds", cohort: 2, quorum: 1 } });
  const [quick, slow] = [await guestOf(site), await guestOf(site)];
  const task = await quick.next("assign");
  await slow.next("assign");
  expect(await answered(quick, task.task, await modelOf(quick, task.task))).toMatchObject({ outcome: "accepted" });
  // The device hears of it a moment before the run is seen to have it.
  await expect.poll(async () => (await overviewOf(site)).updates).toMatchObject({ accepted: 1, abandoned: 0 });
  slow.say({ kind: "leaving" });
  await expect
    .poll(async () => (await overviewOf(site)).updates)
    .toEqual({ accepted: 0, late: 0, abandoned: 1, invalid: {} });
  expect(await meter(site, `potluck_updates_total{run="${site.run.record.id}",outcome="accepted",reason=""}`)).toBe(1);
}, 60_000);

test("a paused run takes answers, gives out nothing, lets no deadline pass, stays paused over a restart, and goes on", async () => {
  const site = await sampleSite({}, DEADLINE);
  const { folder } = site;
  const { id } = site.run.record;
  const [quick, slow] = [await guestOf(site), await guestOf(site)];
  const task = await quick.next("assign");
  await slow.next("assign");
  expect((await admin(site, "POST", `/runs/${id}/pause`)).body).toMatchObject({ id, state: "paused" });
  const { seconds: at } = await overviewOf(site);
  expect(await answered(quick, task.task, await modelOf(quick, task.task))).toMatchObject({ outcome: "accepted" });
  // Longer than its deadline.
  await new Promise((done) => {
    setTimeout(done, 1500);
  });
  expect((await admin(site, "GET", `/runs/${id}`)).body).toMatchObject({ seconds: at, openTasks: 1, version: 0 });
  await site.coordinator.close();

  const again = await sampleSite({ folder }, DEADLINE);
  expect(await stateOf(again)).toBe("paused");
  const { url, link } = again.coordinator;
  const back = { url, token: new URL(link).hash.slice("#token=".length) };
  const devices = [await joined({ ...back, key: quick.key }), await joined({ ...back, key: slow.key })];
  expect((await admin(again, "GET", `/runs/${id}`)).body).toMatchObject({ seconds: at, version: 0 });
  expect((await admin(again, "POST", `/runs/${id}/resume`)).body).toMatchObject({ state: "running" });
  for (const device of devices) void works(device);
  await again.run.whenEnded;
  const { modelHash, versions } = await again.run.result();
  const history = await historyOf(again);
  expect(versions).toBe(VERSIONS);
  expect(history.map(([, what]) => what)).toEqual(expect.arrayContaining(["paused", "resumed", "ended"]));
  const paused = history.findIndex(([, what]) => what === "paused");
  const resumed = history.findIndex(([, what]) => what === "resumed");
  expect(history.slice(paused, resumed).every(([when]) => Math.abs(when - at) < 1e-5)).toBe(true);
  await again.coordinator.close();
  expect(await replayRun(folder, id)).toMatchObject({ versions, modelHash, sameAsRestored: true });
}, 60_000);

test("a run that is paused before enough clients are there does not begin until it is resumed", async () => {
  const site = await sampleSite();
  const { id } = site.run.record;
  await admin(site, "POST", `/runs/${id}/pause`);
  const ends = comesToItsEnd(site);
  await expect.poll(() => site.run.connected()).toBe(2);
  expect(site.run.view.status.started).toBe(null);
  expect(await stateOf(site)).toBe("paused");
  await admin(site, "POST", `/runs/${id}/resume`);
  await ends;
  expect(await stateOf(site)).toBe("ended");
  expect((await admin(site, "POST", `/runs/${id}/pause`)).body).toMatchObject({ code: "run-over" });
}, 60_000);

test("the history of a run has everything in order, also of one that is not hosted any more", async () => {
  const site = await sampleSite();
  await comesToItsEnd(site);
  const history = await historyOf(site);
  const times = history.map(([at]) => at);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  const count = (wanted: string): number => history.filter(([, what]) => what === wanted).length;
  expect(["joined", "asked", "answered", "published", "ended"].map(count)).toEqual([
    2,
    2 * VERSIONS,
    2 * VERSIONS,
    VERSIONS,
    1,
  ]);
  expect(history.filter(([, what]) => what === "answered").map(([, , , , version]) => version)).toEqual(
    Array.from({ length: 2 * VERSIONS }, (_, at) => Math.floor(at / 2)),
  );
  await site.coordinator.close();
  const again = await sampleSite({ folder: site.folder }, { versions: VERSIONS + 1 });
  expect(await historyOf({ ...again, run: site.run })).toEqual(history);
  expect((await admin(again, "GET", `/runs/${site.run.record.id}/figures`)).body).toMatchObject({
    staleness: [[0, 2 * VERSIONS]],
    objective: { asked: "per-example", groups: [{ group: "client 0", asked: 0.5, realised: 0.5 }, {}] },
    tasks: [],
  });
}, 60_000);
