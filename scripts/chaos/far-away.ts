/**
 * A run over bad links, of which the bytes are counted: what breaks off goes on where it was, and is not sent anew.
 *
 * @module
 */
import { join as joinRun, memoryStore } from "@potluck/client";
import { fold, present, rootKey } from "@potluck/core";
import { parseScenario, type Scenario, scenarioToJson } from "@potluck/scenario";
import { type CoordinatedRun, openCoordinator } from "@potluck/server";
import { type FaultProxy, faultProxy, type LinkFaults, tiny } from "@potluck/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Which run, and over what. */
export interface FarAwayRequest {
  /** The model has nine numbers for each of these, and an answer 36 bytes. */
  readonly hidden: number;
  readonly versions: number;
  readonly link: LinkFaults;
  /** Clients of which so long nothing is heard are gone; 30 seconds by default. */
  readonly silenceSeconds?: number;
  /** What happens meanwhile. */
  readonly disturb?: (run: CoordinatedRun, link: FaultProxy) => Promise<void>;
}

/** What a run came to. */
export interface FarAwayReport {
  /** How many updates of each client counted. */
  readonly timesUsed: readonly number[];
  /** What went up over the links, all in all, as a share of the bytes of the updates that count. */
  readonly upShare: number;
  readonly bytesUp: number;
}

const CLIENTS = 2;

/** Runs it to its end. */
export async function farAwayRun(request: FarAwayRequest): Promise<FarAwayReport> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    return await finished(request, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function scenarioOf({ hidden, versions }: FarAwayRequest): Scenario {
  const plan = {
    pacing: { name: "rounds", cohort: CLIENTS },
    solver: { name: "sgd", learningRate: 0.05 },
    work: { epochs: 1, batchSize: 30 },
    versions,
  };
  const model = { name: "mlp", hidden: [hidden] };
  const file = { ...tiny, name: "far-away", model, partition: { name: "iid", clients: CLIENTS }, plan };
  return parseScenario(file, "far-away");
}

async function finished(request: FarAwayRequest, folder: string): Promise<FarAwayReport> {
  const { link: faults, silenceSeconds = 30, disturb } = request;
  const scenario = scenarioOf(request);
  const coordinator = await openCoordinator({ folder, isOpen: true, silenceSeconds });
  const document = JSON.stringify(scenarioToJson(scenario));
  const run = await coordinator.begin({ document, seed: 1, startClients: CLIENTS });
  const link = await faultProxy(Number(new URL(coordinator.url).port), faults);
  const loaded = await scenario.data.load();
  const split = scenario.partition.split({ examples: loaded.train, key: fold(rootKey(1), "partition") });
  const devices = await Promise.all(
    split.clients.map(async ({ train: rows }) =>
      joinRun(`http://127.0.0.1:${link.port}`, {
        data: { dataset: { ...loaded, train: split.examples }, rows },
        store: memoryStore(),
      }),
    ),
  );
  try {
    await Promise.all([run.whenEnded, disturb?.(run, link)]);
    const { scorecard, clients } = await run.result();
    const bytesUp = present(scorecard.bottleneck.bytesUp, "bytes up");
    return { timesUsed: clients.map(({ timesUsed }) => timesUsed), upShare: link.moved.up / bytesUp, bytesUp };
  } finally {
    await coordinator.close();
    await Promise.all(devices.map(async ({ leave }) => leave()));
    await link.close();
  }
}

/** The worst links that a run is put to: 300 ms each way, 5% lost, 256 kbit/s, and a minute in which nothing passes, twice. */
export async function worstLinks(): Promise<FarAwayReport> {
  return farAwayRun({
    hidden: 6600,
    versions: 4,
    silenceSeconds: 150,
    link: { latencySeconds: 0.3, lossShare: 0.05, bytesPerSecond: 32_000 },
    disturb: async (run, link) => {
      for (let parted = 0; parted < 2; parted++) {
        const before = link.moved.up;
        // In the middle of uploads, which then break off.
        while (run.view.ended === null && link.moved.up < before + PARTED_AFTER) await passed(100);
        link.partition(PARTED_SECONDS);
        link.cut(0);
        await passed(1000 * PARTED_SECONDS);
      }
    },
  });
}

const PARTED_SECONDS = 60;
const PARTED_AFTER = 300_000;

async function passed(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
