/**
 * Rehearsals: a coordinator, and a process of this machine for each client of a scenario. Everything is as it is with devices elsewhere,
 * but that the processes hold themselves back to be as slow as the devices of the fleet.
 *
 * @module
 */
import { openStore } from "@potluck/client";
import { clientId, Fault, present, type Seconds } from "@potluck/core";
import {
  checkFeasible,
  type HistoryRow,
  type Progress,
  type RunResult,
  type Scenario,
  scenarioToJson,
  setClock,
} from "@potluck/scenario";
import { type CoordinatedRun, type Coordinator, openCoordinator } from "@potluck/server";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostedReport } from "../output/hosted-report.ts";
import { buildStudio } from "../pages/build-studio.ts";
import { tellHistory } from "./told-history.ts";
import { clientProcesses, type Job, type Processes } from "./processes.ts";

/** What is rehearsed. */
export interface RehearsalRequest {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Where the coordinator keeps everything; by default a folder that is removed in the end. */
  readonly folder?: string;
  /** The port of the coordinator; 0, by default, for any that is free. */
  readonly port?: number;
  /** A client that nothing is heard of for so long is gone, and its process started again; 30 seconds by default. */
  readonly silenceSeconds?: Seconds;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Hears at the end what has happened, in order. */
  readonly onHistory?: (rows: readonly HistoryRow[]) => void;
  /** The coordinator is up, and processes begin to start. */
  readonly onOpen?: (coordinator: Coordinator, run: CoordinatedRun) => void;
  /** The process of a client was started. */
  readonly onStart?: (client: number, pid: number) => void;
}

/** A process that ends so often is not started again. */
const MAX_RESTARTS = 5;

const SILENCE_SECONDS = 30;

/** In so many checks silence is told. */
const SILENT_CHECKS = 5;

/** Rehearses a scenario; what the run leaves behind. Throws the faults of its parts. */
export async function rehearse(request: RehearsalRequest): Promise<RunResult> {
  const { scenario, port = 0, silenceSeconds = SILENCE_SECONDS, signal, onProgress } = request;
  checkFeasible(scenario);
  const folder = request.folder ?? (await mkdtemp(join(tmpdir(), "potluck-")));
  const coordinator = await openCoordinator({
    folder,
    port,
    silenceSeconds,
    openStatus: true,
    studio: async () => buildStudio(join(folder, "studio")),
    report: hostedReport,
    onMeasured: (_, progress) => onProgress?.(progress),
  });
  try {
    const asked = { ...request, folder, silenceSeconds, signal: signal ?? new AbortController().signal };
    return await rehearsed(coordinator, asked);
  } finally {
    await coordinator.close();
    if (request.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

interface Request extends RehearsalRequest {
  readonly silenceSeconds: Seconds;
  readonly signal: AbortSignal;
  /** Everything is kept in it. */
  readonly folder: string;
}

async function rehearsed(coordinator: Coordinator, request: Request): Promise<RunResult> {
  const { scenario, seed, signal } = request;
  const file = scenarioToJson(scenario);
  const stage = await setClock({ scenario, seed });
  const identities = stage.devices.map((_, k) => join(request.folder, "devices", String(k)));
  const devices = await Promise.all(
    identities.map(async (identity, k) => ({
      device: await deviceIn(identity),
      profile: {
        examples: stage.examplesOf(clientId(k), 0),
        tier: present(stage.devices[k], "the device of client", k).tier,
      },
    })),
  );
  const run = await coordinator.begin({
    document: JSON.stringify(file),
    seed,
    startClients: devices.length,
    rehearsal: devices,
  });
  request.onOpen?.(coordinator, run);
  const place = { scenario: file, seed, url: coordinator.url, run: run.record.id };
  const troupe = troupeOf(run, request, (client) => ({
    ...place,
    client,
    identity: present(identities[client], "the device of client", client),
  }));
  const interrupt = (): void => run.end(null);
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  try {
    for (const client of devices.keys()) troupe.start(client);
    await run.whenEnded;
    if (request.onHistory !== undefined) await tellHistory(run, request.onHistory);
    const result = await run.result();
    return { ...result, failures: new Map([...result.failures, ...troupe.failures]) };
  } finally {
    signal.removeEventListener("abort", interrupt);
    await troupe.close();
  }
}

/** Makes a device that is kept in a folder; its public key in hexadecimal. */
async function deviceIn(folder: string): Promise<string> {
  const store = await openStore(folder);
  const { publicKey } = await store.key();
  store.close();
  return Buffer.from(publicKey).toString("hex");
}

/** The clients of a rehearsal. */
interface Troupe {
  readonly start: (client: number) => void;
  /** Why processes ended, with how often. */
  readonly failures: ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
}

interface Standing {
  readonly run: CoordinatedRun;
  readonly processes: Processes;
  readonly failures: Map<string, number>;
  /** How often each process was started again. */
  readonly restarts: Map<number, number>;
  readonly jobFor: (client: number) => Job;
}

function troupeOf(run: CoordinatedRun, { silenceSeconds, onStart }: Request, jobFor: Standing["jobFor"]): Troupe {
  const processes = clientProcesses({ onStart, onGone: (client, reason) => gone(standing, client, reason) });
  const standing: Standing = { run, processes, failures: new Map(), restarts: new Map(), jobFor };
  const stopWatching = watch(standing, silenceSeconds);
  return {
    start: (client) => processes.start(jobFor(client)),
    failures: standing.failures,
    close: async () => {
      stopWatching();
      await processes.close();
    },
  };
}

/** Ends processes that have stopped without ending. Checks are counted, so that one that stood still itself blames nobody for it. */
function watch({ processes, failures }: Standing, silenceSeconds: Seconds): () => void {
  const checks = new Map<number, number>();
  const look = (): void => {
    const silent = processes.silent();
    for (const client of checks.keys()) if (!silent.includes(client)) checks.delete(client);
    for (const client of silent) {
      checks.set(client, (checks.get(client) ?? 0) + 1);
      if ((checks.get(client) ?? 0) < SILENT_CHECKS) continue;
      checks.delete(client);
      count(failures, `nothing was heard of a process for ${silenceSeconds} seconds`);
      processes.kill(client);
    }
  };
  const timer = setInterval(look, Math.max(2000, (1000 * silenceSeconds) / SILENT_CHECKS));
  return () => clearInterval(timer);
}

/** A process has ended: it is started again, unless it ends again and again. */
function gone({ run, processes, failures, restarts, jobFor }: Standing, client: number, reason: string): void {
  if (run.view.ended !== null) return;
  count(failures, `a process ended: ${reason}`);
  const restarted = (restarts.get(client) ?? 0) + 1;
  restarts.set(client, restarted);
  if (restarted <= MAX_RESTARTS) return processes.start(jobFor(client));
  const givenUp = [...restarts.values()].filter((times) => times > MAX_RESTARTS).length;
  const { startClients } = run;
  if (givenUp === startClients) {
    return run.end({ status: "stalled", reason: `no process is left; the last one ended: ${reason}` });
  }
  if (run.view.present.size + givenUp >= startClients) run.start();
}

function count(failures: Map<string, number>, reason: string): void {
  failures.set(reason, (failures.get(reason) ?? 0) + 1);
}

/** Throws Fault "training-failed" where a rehearsal could not go on. */
export function checkFinished({ status, ended }: RunResult): void {
  if (status !== "stalled") return;
  throw new Fault("training-failed", ended, "Run `potluck live` on the scenario to see what its clients do.");
}
