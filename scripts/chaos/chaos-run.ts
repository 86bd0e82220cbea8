/**
 * A run under fire: a coordinator and clients, processes each, that are killed at random instants, with a link between them that is cut
 * and parted, and a clock that jumps. Whatever happens, the run has to end, and its journal has to hold what was acknowledged, once.
 *
 * @module
 */
import { clientProcesses, type Job, type Processes } from "@potluck/cli";
import { present, uniformStream, fold, rootKey } from "@potluck/core";
import { parseScenario, scenarioToJson, type ScenarioFile } from "@potluck/scenario";
import { type Replayed, replayRun } from "@potluck/server";
import { type FaultProxy, faultProxy, tiny } from "@potluck/testkit";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CoordinatorProcess, coordinatorProcess } from "./coordinator-process.ts";

/** What is to happen. */
export interface ChaosRequest {
  readonly seed: number;
  /** How often the coordinator is killed before it is left alone. */
  readonly kills: number;
  readonly say?: (line: string) => void;
}

/** What a run under fire came to. */
export interface ChaosReport {
  readonly scenario: string;
  readonly kills: number;
  readonly clientKills: number;
  readonly cuts: number;
  readonly partitions: number;
  /** How often the clock of the coordinator was another when it was started again. */
  readonly clockJumps: number;
  /** Updates that count in the journal. */
  readonly counted: number;
  /** Those that clients were told of as acknowledged. */
  readonly acknowledged: number;
  readonly modelHash: string;
  /** What is wrong; nothing, if all holds. */
  readonly problems: readonly string[];
}

const CLIENTS = 3;
const VERSIONS = 60;

/** The plans that are put under fire, in turn. */
const PLANS: readonly ScenarioFile["plan"][] = [
  {
    pacing: { name: "rounds", cohort: CLIENTS, deadlineSeconds: 5, quorum: 1 },
    solver: { name: "sgd", learningRate: 0.1 },
    work: { epochs: 1, batchSize: 8 },
    versions: VERSIONS,
  },
  {
    pacing: { name: "fed-buff", updates: 2, concurrency: CLIENTS },
    solver: { name: "sgd", learningRate: 0.1 },
    work: { epochs: 1, batchSize: 8 },
    upload: { name: "qsgd", bits: 4 },
    versions: VERSIONS,
  },
  {
    pacing: { name: "fed-async", concurrency: CLIENTS },
    solver: { name: "sgd", learningRate: 0.05 },
    work: { epochs: 1, batchSize: 8 },
    feedback: { name: "error-feedback" },
    upload: { name: "top-k", ratio: 0.2 },
    versions: 2 * VERSIONS,
  },
];

/** Puts a run under fire. */
export async function chaosRun(request: ChaosRequest): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-chaos-"));
  try {
    return await fought(request, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fought(request: ChaosRequest, folder: string): Promise<ChaosReport> {
  const { seed, kills } = request;
  const chance = uniformStream(fold(rootKey(seed), "chaos"));
  const scenario = scenarioOf(seed);
  const file = join(folder, "scenario.json");
  await writeFile(file, JSON.stringify(scenario));
  const port = await freePort();
  const proxy = await faultProxy(port, { latencySeconds: 0.002 }, seed);
  const tally: Tally = { kills: 0, clientKills: 0, cuts: 0, partitions: 0, clockJumps: 0 };
  const troupe = troupeOf(scenario, { folder, port: proxy.port });
  const start = (offset: number): CoordinatorProcess =>
    coordinatorProcess({ file, folder, port, clients: CLIENTS, clockOffset: offset });
  let coordinator = start(0);
  try {
    for (const client of Array.from({ length: CLIENTS }).keys()) troupe.start(client);
    while (tally.kills < kills && coordinator.exitCode() === null) {
      await misfortune({ chance, proxy, troupe, coordinator, tally });
      if (coordinator.exitCode() !== null) break;
      await coordinator.kill();
      tally.kills += 1;
      const offset = chance() < 0.5 ? 0 : Math.round((chance() - 0.5) * 2 * 86_400);
      if (offset !== 0) tally.clockJumps += 1;
      coordinator = start(offset);
    }
    const { code, summary } = await coordinator.ended();
    const acknowledged = await acknowledgedTo(folder);
    const replayed = await replayRun(join(folder, "kept"));
    return reportOf({ scenario: scenario.name, tally, code, summary, replayed, acknowledged });
  } finally {
    await troupe.close();
    await coordinator.kill();
    await proxy.close();
  }
}

function scenarioOf(seed: number): ScenarioFile {
  const plan = present(PLANS[seed % PLANS.length], "a plan");
  const name = `chaos-${seed % PLANS.length}`;
  return scenarioToJson(
    parseScenario({ ...tiny, name, partition: { name: "iid", clients: CLIENTS }, plan, evaluateEvery: 20 }, name),
  );
}

type Tally = Record<"kills" | "clientKills" | "cuts" | "partitions" | "clockJumps", number>;

interface Scene {
  readonly chance: () => number;
  readonly proxy: FaultProxy;
  readonly troupe: Troupe;
  readonly coordinator: CoordinatorProcess;
  readonly tally: Tally;
}

/** Some time passes, in which things happen. */
async function misfortune({ chance, proxy, troupe, coordinator, tally }: Scene): Promise<void> {
  // Some coordinators are killed while they start, others once they have been up for a while.
  const isEarly = chance() < 0.2;
  if (!isEarly) await Promise.race([coordinator.up, coordinator.ended()]);
  const things = isEarly ? 0 : Math.floor(4 * chance());
  for (let at = 0; at < things; at++) {
    await pause(400 * chance());
    const kind = chance();
    if (kind < 0.25) {
      tally.clientKills += 1;
      troupe.kill(Math.floor(CLIENTS * chance()));
    } else if (kind < 0.8) {
      tally.cuts += 1;
      // In the middle of a message, or of an upload.
      proxy.cut(kind < 0.4 ? 0 : 1 + Math.floor(3000 * chance()));
    } else {
      tally.partitions += 1;
      proxy.partition(0.5 * chance());
    }
  }
  await pause(800 * chance());
}

/** Clients that are started again whenever they end. */
interface Troupe extends Pick<Processes, "kill" | "close"> {
  readonly start: (client: number) => void;
}

function troupeOf(
  scenario: ScenarioFile,
  { folder, port }: { readonly folder: string; readonly port: number },
): Troupe {
  const jobFor = (client: number): Job => ({
    scenario,
    seed: 1,
    client,
    run: "",
    url: `http://127.0.0.1:${port}`,
    identity: join(folder, "devices", String(client)),
    log: join(folder, LOG),
  });
  const processes = clientProcesses({ onGone: (client) => processes.start(jobFor(client)) });
  return { start: (client) => processes.start(jobFor(client)), kill: processes.kill, close: processes.close };
}

const LOG = "acknowledged.txt";

/** The tasks whose updates count, by what clients were told. */
async function acknowledgedTo(folder: string): Promise<ReadonlySet<number>> {
  const text = await readFile(join(folder, LOG), "utf8").catch(() => "");
  return new Set(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map(Number),
  );
}

interface Found {
  readonly scenario: string;
  readonly tally: Tally;
  readonly code: number;
  readonly summary: { readonly status: unknown; readonly modelHash: unknown };
  readonly replayed: Replayed;
  readonly acknowledged: ReadonlySet<number>;
}

function reportOf({ scenario, tally, code, summary, replayed, acknowledged }: Found): ChaosReport {
  const accepted = replayed.answers.filter(({ outcome }) => outcome === "accepted").map(({ task }) => Number(task));
  const counted = new Set(accepted);
  const lost = [...acknowledged].filter((task) => !counted.has(task));
  const problems = [
    ...(code === 0 ? [] : [`the coordinator ended with ${code}`]),
    ...(summary.status === "finished" ? [] : [`the run is ${String(summary.status)}`]),
    ...(summary.modelHash === replayed.modelHash ? [] : ["the replay of the journal comes to another model"]),
    ...(replayed.sameAsRestored === false ? ["the last snapshot leads to another state than the journal"] : []),
    ...(lost.length === 0 ? [] : [`acknowledged, and not in the journal: tasks ${lost.join(", ")}`]),
    ...(accepted.length === counted.size ? [] : ["a task counts twice"]),
  ];
  const modelHash = replayed.modelHash ?? "";
  return { scenario, ...tally, counted: counted.size, acknowledged: acknowledged.size, modelHash, problems };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => {
    server.listen(0, "127.0.0.1", ready);
  });
  const address = server.address();
  await new Promise((closed) => {
    server.close(closed);
  });
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
