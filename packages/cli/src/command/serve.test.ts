import { join as joinRun, type LocalData, memoryStore, type Participation } from "@potluck/client";
import { fold, present, rootKey } from "@potluck/core";
import { parseScenario, type Scenario, scenarioToJson } from "@potluck/scenario";
import { type CoordinatedRun, type Coordinator, openCoordinator } from "@potluck/server";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { say, written } from "../sample-command.ts";

const CLIENTS = 3;
const scenario = parseScenario(
  {
    ...tiny,
    name: "tiny-served",
    partition: { name: "iid", clients: CLIENTS },
    plan: {
      pacing: { name: "rounds", cohort: CLIENTS },
      solver: { name: "sgd", learningRate: 0.5 },
      work: { epochs: 1, batchSize: 8 },
      versions: 8,
    },
  },
  "tiny-served",
);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Served {
  readonly coordinator: Coordinator;
  readonly run: CoordinatedRun;
}

async function served(of: Scenario, port = 0): Promise<Served> {
  const coordinator = await openCoordinator({ folder, port, isOpen: true });
  const document = JSON.stringify(scenarioToJson(of));
  return { coordinator, run: await coordinator.begin({ document, seed: 1, startClients: CLIENTS }) };
}

async function localData({ data, partition }: Scenario): Promise<readonly LocalData[]> {
  const loaded = await data.load();
  const split = partition.split({ examples: loaded.train, key: fold(rootKey(1), "partition") });
  return split.clients.map(({ train: rows }) => ({ dataset: { ...loaded, train: split.examples }, rows }));
}

async function joined({ url }: Coordinator): Promise<readonly Participation[]> {
  return Promise.all((await localData(scenario)).map(async (data) => joinRun(url, { data })));
}

test("devices join a run and train it to its end; the journal leads to the same model", async () => {
  const { coordinator, run } = await served(scenario);
  const devices = await joined(coordinator);
  await run.whenEnded;
  const result = await run.result();
  expect(result.status).toBe("finished");
  expect(result.versions).toBe(8);
  expect(result.clients.map(({ timesUsed }) => timesUsed)).toEqual([8, 8, 8]);
  await coordinator.close();
  const home = { kind: "sent-home", code: "run-ended", detail: "the run has ended" };
  expect(await Promise.all(devices.map(async ({ ended }) => ended))).toEqual(devices.map(() => home));
  const again = await served(scenario);
  expect(again.run.view.ended).not.toBeNull();
  expect((await again.run.result()).modelHash).toBe(result.modelHash);
  await again.coordinator.close();
}, 60_000);

test("a device that leaves is gone, and one with the same key is the same client", async () => {
  const { coordinator, run } = await served(scenario);
  const store = memoryStore();
  const [data] = await localData(scenario);
  const participate = async (): Promise<Participation> =>
    joinRun(coordinator.url, { data: present(data, "data of a client"), store });
  const first = await participate();
  await until(() => run.view.present.size === 1);
  await first.leave();
  await until(() => run.view.present.size === 0);
  const second = await participate();
  await until(() => run.view.present.size === 1);
  expect(run.view.members.size).toBe(1);
  await second.leave();
  await coordinator.close();
}, 60_000);

const COMMAND = new URL("../../bin/potluck.js", import.meta.url).pathname;

/** A coordinator in a process of its own, where it listens once it does, and the token that it prints. */
async function coordinatorProcess(
  file: string,
  port: number,
): Promise<{ readonly child: ChildProcess; readonly url: string; readonly token: string }> {
  const words = ["serve", file, "--folder", join(folder, "kept"), "--store", folder, "--port", String(port)];
  const child = spawn(process.execPath, [COMMAND, ...words, "--clients", String(CLIENTS), "--json"]);
  const link = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      const [found] = /http:\/\/[^\s"]+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.on("exit", (code) => reject(new Error(`the coordinator ended with ${code}`)));
  });
  const { origin: url, hash } = new URL(link);
  return { child, url, token: hash.slice("#token=".length) };
}

test("a coordinator that closes before the run has ended sends nobody home: who is there comes back to the next one", async () => {
  const first = await served(scenario);
  const [data] = await localData(scenario);
  const device = await joinRun(first.coordinator.url, { data: present(data, "data of a client") });
  await until(() => first.run.view.present.size === 1);
  const { port } = new URL(first.coordinator.url);
  await first.coordinator.close();
  const second = await served(scenario, Number(port));
  await until(() => second.run.view.members.size === 1 && second.run.connected() === 1);
  await device.leave();
  await second.coordinator.close();
}, 60_000);

test("a coordinator that is killed again and again goes on where it was: nothing is lost, nothing counts twice", async () => {
  const file = await written(folder, "served.json", scenarioToJson(scenario));
  let { child, url, token } = await coordinatorProcess(file, 0);
  const port = Number(new URL(url).port);
  const devices = await Promise.all((await localData(scenario)).map(async (data) => joinRun(url, { token, data })));
  for (const afterMilliseconds of [300, 700, 450]) {
    await new Promise((resolve) => {
      setTimeout(resolve, afterMilliseconds);
    });
    if (child.exitCode !== null) break;
    child.kill("SIGKILL");
    await new Promise((resolve) => {
      child.once("exit", resolve);
    });
    ({ child, url, token } = await coordinatorProcess(file, port));
  }
  if (child.exitCode === null) {
    await new Promise((resolve) => {
      child.once("exit", resolve);
    });
  }
  expect(child.exitCode).toBe(0);
  await Promise.all(devices.map(async ({ leave }) => leave()));
  folder = join(folder, "kept");
  const kept = await served(scenario);
  const result = await kept.run.result();
  expect(result.versions).toBe(8);
  expect(result.clients.map(({ timesUsed }) => timesUsed)).toEqual([8, 8, 8]);
  await kept.coordinator.close();
  const { out } = await say("replay", folder, "--json");
  expect(JSON.parse(out)).toMatchObject({ versions: 8, modelHash: result.modelHash, sameAsRestored: true });
}, 120_000);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
