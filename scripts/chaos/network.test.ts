import { join as joinRun, memoryStore } from "@potluck/client";
import { parseScenario, scenarioToJson } from "@potluck/scenario";
import { type CoordinatedRun, openCoordinator } from "@potluck/server";
import { faultProxy, type LinkFaults, tiny } from "@potluck/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fold, present, rootKey } from "@potluck/core";

const CLIENTS = 2;
const VERSIONS = 2;

/** A model of 60,000 parameters: an answer of 240 kB. */
const scenario = parseScenario(
  {
    ...tiny,
    name: "far-away",
    model: { name: "mlp", hidden: [6600] },
    partition: { name: "iid", clients: CLIENTS },
    plan: {
      pacing: { name: "rounds", cohort: CLIENTS },
      solver: { name: "sgd", learningRate: 0.05 },
      work: { epochs: 1, batchSize: 30 },
      versions: VERSIONS,
    },
  },
  "far-away",
);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** Runs it over a link; what has gone up for each update that counts, as a share of its bytes. */
async function upPerUpdate(
  faults: LinkFaults,
  disturb: (run: CoordinatedRun, proxy: Awaited<ReturnType<typeof faultProxy>>) => Promise<void>,
): Promise<number> {
  const coordinator = await openCoordinator({ folder, isOpen: true, silenceSeconds: 30 });
  const run = await coordinator.begin({
    document: JSON.stringify(scenarioToJson(scenario)),
    seed: 1,
    startClients: CLIENTS,
  });
  const proxy = await faultProxy(Number(new URL(coordinator.url).port), faults);
  const loaded = await scenario.data.load();
  const split = scenario.partition.split({ examples: loaded.train, key: fold(rootKey(1), "partition") });
  const devices = await Promise.all(
    split.clients.map(async ({ train: rows }) =>
      joinRun(`http://127.0.0.1:${proxy.port}`, {
        data: { dataset: { ...loaded, train: split.examples }, rows },
        store: memoryStore(),
      }),
    ),
  );
  const disturbing = disturb(run, proxy);
  await run.whenEnded;
  await disturbing;
  const { scorecard, clients } = await run.result();
  const moved = proxy.moved.up;
  await coordinator.close();
  await Promise.all(devices.map(async ({ leave }) => leave()));
  await proxy.close();
  expect(clients.map(({ timesUsed }) => timesUsed)).toEqual(Array.from({ length: CLIENTS }, () => VERSIONS));
  return moved / present(scorecard.bottleneck.bytesUp, "bytes up");
}

test("over links of 300 ms, 5% loss and 1 Mbit/s a run ends, and little more goes up than its updates", async () => {
  const link = { latencySeconds: 0.3, lossShare: 0.05, bytesPerSecond: 125_000 };
  expect(await upPerUpdate(link, async () => {})).toBeLessThan(1.1);
}, 120_000);

test("uploads that are cut in the middle go on where they broke off", async () => {
  const link = { latencySeconds: 0.01, bytesPerSecond: 200_000 };
  let cuts = 0;
  const share = await upPerUpdate(link, async (run, proxy) => {
    while (run.view.ended === null) {
      await pause(300);
      // Within the upload of an answer, which is four times as long.
      if (cuts < 6 && proxy.connections() > 0) {
        cuts += 1;
        proxy.cut(60_000);
      }
    }
  });
  expect(cuts).toBeGreaterThan(2);
  // What is on its way when a link breaks is lost, and no more than that.
  expect(share).toBeLessThan(1.5);
}, 120_000);

test("a link that is parted for a while comes back", async () => {
  const share = await upPerUpdate({ latencySeconds: 0.01, bytesPerSecond: 400_000 }, async (_, proxy) => {
    await pause(1500);
    proxy.partition(4);
  });
  expect(share).toBeLessThan(1.5);
}, 120_000);

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
