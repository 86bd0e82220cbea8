/**
 * The coordinator under load: `npm run bench -- server`, or a part of it, as `server-large`. It runs in a process of its own; the clients, which train nothing, share the same
 * cores in another one, so that what is measured is both.
 *
 * @module
 */
import { codec, rootKey } from "@potluck/core";
import { parseScenario, type Scenario, setStage } from "@potluck/scenario";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnswerTimes, swarm } from "./server-swarm.ts";
import type { Bench, BenchRow } from "./table.ts";

/** Clients of frameworks that poll ask so often whether there is something to do. */
const POLLING_SECONDS = 3;

const IDLE_CLIENTS = 5000;
const ACTIVE_CLIENTS = 1000;
const FEW_CLIENTS = 5;
const LARGE_CLIENTS = 8;
const ACTIVE_SECONDS = 30;
const LARGE_SECONDS = 20;
/** Between a task and its answer, of each of a thousand. */
const THINK_MILLISECONDS = 4000;
const MEMORY_UPDATES = 100_000;
/** Memory goes up and down by a tenth with what V8 has yet to collect: means over many of its collections are held against one another. */
const MIDDLE_UPDATES = 60_000;
const WARM_UP_UPDATES = 20_000;

const COMMAND = join(import.meta.dirname, "../packages/cli/bin/potluck.js");

/** A scenario whose clients work all the time. */
function scenarioFile(name: string, hidden: number, clients: number): Readonly<Record<string, unknown>> {
  return {
    name,
    model: { name: "mlp", hidden: [hidden] },
    data: { name: "gaussians", classes: 10, features: 64, examplesPerClass: 20 },
    partition: { name: "iid", clients: 4 },
    fleet: { name: "uniform" },
    plan: {
      pacing: {
        name: "fed-buff",
        updates: Math.max(clients < 10 ? clients : 1, Math.ceil(clients / 10)),
        concurrency: clients,
      },
      solver: { name: "sgd", learningRate: 0.1 },
      work: { epochs: 1, batchSize: 8 },
      upload: { name: "float16" },
      versions: 10_000_000,
    },
    evaluateEvery: 1_000_000,
  };
}

interface Served {
  readonly url: string;
  readonly pid: number;
  readonly close: () => Promise<void>;
}

async function served(file: Readonly<Record<string, unknown>>, startClients: number): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-bench-"));
  const path = join(folder, "scenario.json");
  await writeFile(path, JSON.stringify(file));
  const words = ["serve", path, "--folder", join(folder, "kept"), "--store", folder, "--open", "--port", "0"];
  const child = spawn(process.execPath, [COMMAND, ...words, "--clients", String(startClients)]);
  const url = await urlOf(child);
  return {
    url,
    pid: child.pid ?? 0,
    close: async () => {
      child.kill("SIGKILL");
      await new Promise((resolve) => {
        child.once("close", resolve);
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      const [found] = /http:\/\/[\d.:]+/u.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the coordinator ended with ${code}`)));
  });
}

/** Memory of a process in mebibytes; NaN where there is no /proc. */
async function residentMebibytes(pid: number): Promise<number> {
  try {
    const [, kibibytes] = /VmRSS:\s+(\d+)/u.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kibibytes) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** The answer of a client: nothing has changed, in float16. */
async function payloadFor(file: Readonly<Record<string, unknown>>): Promise<Uint8Array> {
  const scenario: Scenario = parseScenario(file, "bench");
  const stage = await setStage({ scenario, seed: 1 }, 1);
  await stage.training.pool.close();
  return codec.float16().encode(new Float32Array(stage.params.length), null, rootKey(1));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

async function idleRows(): Promise<readonly BenchRow[]> {
  const coordinator = await served(scenarioFile("idle", 8, 10), IDLE_CLIENTS + 1);
  const before = await residentMebibytes(coordinator.pid);
  const options = { url: coordinator.url, payload: null, think: () => 0, fetchesModels: false, onTimes: () => {} };
  const began = performance.now();
  const clients = await swarm(IDLE_CLIENTS, options);
  const seconds = (performance.now() - began) / 1000;
  await sleep(15);
  const after = await residentMebibytes(coordinator.pid);
  clients.close();
  await coordinator.close();
  return [
    { what: `memory with ${IDLE_CLIENTS} idle clients connected`, value: after, unit: "MiB", target: "≤ 1,536 MiB" },
    { what: "of these for each client", value: ((after - before) / IDLE_CLIENTS) * 1024, unit: "KiB" },
    { what: "handshakes", value: IDLE_CLIENTS / seconds, unit: "/s" },
  ];
}

interface Latencies {
  readonly rows: readonly BenchRow[];
}

async function latencies(clients: number, think: number, targets: readonly [string, string]): Promise<Latencies> {
  const file = scenarioFile("active", 8, clients);
  const coordinator = await served(file, clients);
  const times: AnswerTimes[] = [];
  const bees = await swarm(clients, {
    url: coordinator.url,
    payload: await payloadFor(file),
    think: () => think * (0.5 + Math.random()),
    fetchesModels: true,
    onTimes: (own) => times.push(own),
  });
  await sleep(5);
  times.length = 0;
  const before = bees.accepted();
  await sleep(ACTIVE_SECONDS);
  const rate = (bees.accepted() - before) / ACTIVE_SECONDS;
  bees.close();
  await coordinator.close();
  const acknowledged = times.map((own) => own.acknowledged - own.submitted);
  const assigned = times.flatMap((own) => (own.assigned === null ? [] : [own.assigned - own.submitted]));
  const named = `${clients} clients, ${rate.toFixed(0)} updates/s`;
  const [forAck, forTask] = targets;
  const ackP99 = quantile(acknowledged, 0.99);
  const taskP99 = quantile(assigned, 0.99);
  return {
    rows: [
      { what: `${named}: acknowledgement after an answer, p50`, value: quantile(acknowledged, 0.5), unit: "ms" },
      { what: `${named}: acknowledgement after an answer, p99`, value: ackP99, unit: "ms", target: forAck },
      { what: `${named}: next task after an answer, p50`, value: quantile(assigned, 0.5), unit: "ms" },
      {
        what: `${named}: next task after an answer, p99`,
        value: taskP99,
        unit: "ms",
        target: forTask,
        ...againstPolling(taskP99),
      },
    ],
  };
}

/** How many times sooner than at a client that polls. */
function againstPolling(milliseconds: number): Pick<BenchRow, "ratio" | "peer"> {
  return {
    ratio: (1000 * POLLING_SECONDS) / milliseconds,
    peer: `a client that polls every ${POLLING_SECONDS} s, at worst`,
  };
}

async function throughputRows(): Promise<readonly BenchRow[]> {
  const file = scenarioFile("large", 28_000, LARGE_CLIENTS);
  const coordinator = await served(file, LARGE_CLIENTS);
  const payload = await payloadFor(file);
  const bees = await swarm(LARGE_CLIENTS, {
    url: coordinator.url,
    payload,
    think: () => 0,
    fetchesModels: false,
    onTimes: () => {},
  });
  await sleep(5);
  const before = bees.acceptedBytes();
  const began = performance.now();
  const busy = [await processorSeconds(coordinator.pid), await processorSeconds(process.pid)];
  await sleep(LARGE_SECONDS);
  const megabytes = (bees.acceptedBytes() - before) / 1e6;
  const rate = megabytes / ((performance.now() - began) / 1000);
  const spent = [await processorSeconds(coordinator.pid), await processorSeconds(process.pid)];
  bees.close();
  await coordinator.close();
  const [own = Number.NaN, clients = Number.NaN] = spent.map((after, at) => (after - (busy[at] ?? 0)) / megabytes);
  const size = (payload.length / 1e6).toFixed(1);
  const what = `accepted updates of ${size} MB, durable`;
  return [
    { what, value: rate, unit: "MB/s", target: "≥ 100 MB/s" },
    { what: `${what}: processor time of the coordinator`, value: 1000 * own, unit: "ms/MB" },
    { what: `${what}: processor time of the clients`, value: 1000 * clients, unit: "ms/MB" },
    { what: `${what}, if two cores had nothing else to do`, value: 2 / (own + clients), unit: "MB/s" },
  ];
}

/** How long processors have worked for a process, in hundredths of a second; NaN where there is no /proc. */
async function processorSeconds(pid: number): Promise<number> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

async function memoryRows(): Promise<readonly BenchRow[]> {
  const clients = 64;
  const file = scenarioFile("memory", 8, clients);
  const coordinator = await served(file, clients);
  const bees = await swarm(clients, {
    url: coordinator.url,
    payload: await payloadFor(file),
    think: () => 0,
    fetchesModels: false,
    onTimes: () => {},
  });
  const began = performance.now();
  while (bees.accepted() < WARM_UP_UPDATES) await sleep(1);
  const meanUntil = async (updates: number): Promise<number> => {
    const seen: number[] = [];
    while (bees.accepted() < updates) {
      seen.push(await residentMebibytes(coordinator.pid));
      await sleep(1);
    }
    return seen.reduce((sum, one) => sum + one, 0) / seen.length;
  };
  const before = await meanUntil(MIDDLE_UPDATES);
  const after = await meanUntil(MEMORY_UPDATES);
  const rate = bees.accepted() / ((performance.now() - began) / 1000);
  bees.close();
  await coordinator.close();
  const growth = 100 * (after / before - 1);
  return [
    { what: `memory, mean from ${WARM_UP_UPDATES} to ${MIDDLE_UPDATES} updates`, value: before, unit: "MiB" },
    { what: `growth to the mean from there to ${MEMORY_UPDATES}`, value: growth, unit: "%", target: "< 5%" },
    { what: `small updates that count, ${clients} clients`, value: rate, unit: "/s" },
  ];
}

async function sleep(seconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
  });
}

async function latencyRows(): Promise<readonly BenchRow[]> {
  const few = await latencies(FEW_CLIENTS, 200, ["< 50 ms", "< 50 ms"]);
  const many = await latencies(ACTIVE_CLIENTS, THINK_MILLISECONDS, ["", "< 250 ms"]);
  return [...few.rows, ...many.rows];
}

/** What is measured one after another, by the names of its parts. */
const PARTS: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  latency: latencyRows,
  large: throughputRows,
  idle: idleRows,
  memory: memoryRows,
};

/** Each part is a benchmark of its own. */
const benches: readonly Bench[] = Object.entries(PARTS).map(([part, rows]) => ({
  name: `server-${part}`,
  run: async () => ({
    title: "the coordinator under load",
    rows: await rows(),
    notes: [
      "Clients train nothing and answer with the same update. They and the coordinator share the cores of this machine.",
      "Updates are durable when they are acknowledged: the file of an answer and the journal are synchronised with the disk.",
    ],
  }),
}));
export default benches;
