/**
 * A coordinator: one process that hosts a run, with its journal, on one port.
 *
 * @module
 */
import { present, type Seconds } from "@potluck/core";
import { type EndedSimulation, type RunResult, resultOf, type Scenario, setStage } from "@potluck/scenario";
import { writeModel } from "@potluck/engine";
import { fastify } from "fastify";
import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { serveTransfers } from "./http/transfers.ts";
import { type HostedRun, hostRun, type TrainedStage } from "./run/hosted-run.ts";
import { type HostClock, realHostClock } from "./run/run-clock.ts";
import { lineOf } from "./socket/lines.ts";
import { openReception, type Reception } from "./socket/reception.ts";
import { type Blobs, openBlobs } from "./store/blobs.ts";
import { openDatabase } from "./store/database.ts";
import { journalOf } from "./store/journal.ts";
import { measurementsOf, type RunRecord, type Runs, runsIn, snapshotsOf } from "./store/runs.ts";
import { openUploads } from "./store/uploads.ts";

/** How to coordinate. */
export interface CoordinatorOptions {
  /** Where everything is kept; made if there is none. A run that is there goes on. */
  readonly folder: string;
  readonly scenario: Scenario;
  /** The scenario as a JSON document, kept with the run. */
  readonly document: string;
  /** A whole number in [0, 2^53). */
  readonly seed: number;
  readonly host?: string;
  /** 0, by default, for any that is free. */
  readonly port?: number;
  /** The run begins once so many clients are there; by default as many as the plan needs. */
  readonly startClients?: number;
  /** How often clients have to be heard of, 5 seconds by default, and after how much silence they are gone, 30 by default. */
  readonly heartbeatSeconds?: Seconds;
  readonly silenceSeconds?: Seconds;
  /** Why a device that is not known yet may not come in; null where it may. */
  readonly admit?: (device: string, token: string) => string | null;
  readonly clock?: HostClock;
}

/** A coordinator that is up. */
export interface Coordinator {
  /** Where clients find it: "http://127.0.0.1:8080". */
  readonly url: string;
  readonly run: HostedRun;
  /** Resolves when the run has ended by its plan or its target. */
  readonly ended: Promise<void>;
  /** What the run leaves behind so far. */
  readonly result: () => Promise<RunResult>;
  /** Takes no more; what is there is kept, and a coordinator on the same folder goes on with it. */
  readonly close: () => Promise<void>;
}

/** Opens a coordinator. Throws the faults of the scenario's parts, "folder-in-use", and "store-corrupt". */
export async function openCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const { folder, scenario, seed, clock = realHostClock, host = "127.0.0.1", port = 0 } = options;
  const database = openDatabase(folder);
  const record = recordIn(runsIn(database), options, clock);
  const stage = await setStage({ scenario, seed }, 1);
  const place = join(folder, record.id);
  const [blobs, uploads] = [openBlobs(join(folder, "blobs")), openUploads(join(place, "uploads"))];
  const opening: { reception: Reception | null } = { reception: null };
  const ended = Promise.withResolvers<void>();
  const run = await hostRun(
    {
      stage,
      clock,
      blobs,
      created: record.created,
      journal: journalOf(database, record.id),
      snapshots: snapshotsOf(database, record.id),
      measurements: measurementsOf(database, record.id),
      startClients: options.startClients ?? fewestClients(scenario),
    },
    {
      onCommand: (command) => opening.reception?.command(command),
      onAnswered: (client, task) => opening.reception?.answered(client, task),
      onEnded: () => ended.resolve(),
    },
  );
  if (run.state.ended !== null) ended.resolve();
  const reception = openReception({
    run,
    clock,
    blobs,
    uploads,
    job: await jobOf(stage, blobs),
    heartbeatSeconds: options.heartbeatSeconds ?? HEARTBEAT_SECONDS,
    silenceSeconds: options.silenceSeconds ?? SILENCE_SECONDS,
    admit: options.admit ?? (() => null),
  });
  opening.reception = reception;
  const http = fastify();
  serveTransfers(http, {
    blobs,
    uploads,
    clientOf: reception.clientOf,
    taskOf: (client) => run.state.open.get(client),
  });
  const sockets = new WebSocketServer({ server: http.server, path: "/v1/connect", maxPayload: MAX_FRAME_BYTES });
  sockets.on("connection", (socket) => lineOf(socket, reception.accept));
  await http.listen({ host, port });
  const began = clock.steady();
  return {
    url: `http://${host}:${portOf(http.server.address())}`,
    run,
    ended: ended.promise,
    result: async () => {
      await run.measurer.settled();
      const wallSeconds = (): Seconds => clock.steady() - began;
      return resultOf({
        simulation: endedRun(run, stage),
        stage,
        gauge: run.measurer.gauge(),
        checkpoint: null,
        wallSeconds,
      });
    },
    close: async () => {
      reception.close("the coordinator closes");
      await run.close();
      for (const socket of sockets.clients) socket.close();
      sockets.close();
      http.server.closeAllConnections();
      await http.close();
      await stage.training.pool.close();
      database.close();
    },
  };
}

const HEARTBEAT_SECONDS = 5;
const SILENCE_SECONDS = 30;
const MAX_FRAME_BYTES = 1 << 20;

/** The run of a folder: the one that is there, or a new one. */
function recordIn(runs: Runs, { document, seed }: CoordinatorOptions, clock: HostClock): RunRecord {
  const [known] = runs.all();
  if (known !== undefined) return known;
  const record = { id: randomUUID(), scenario: document, seed, created: clock.wall() };
  runs.create(record);
  return record;
}

/** As many clients as the plan needs. */
function fewestClients({ plan }: Scenario): number {
  for (let clients = 1; clients <= MOST_NEEDED; clients++) if (plan.contradiction(clients) === null) return clients;
  return MOST_NEEDED;
}

const MOST_NEEDED = 10_000;

/** What clients are told of what is trained. */
async function jobOf({ scenario, training }: TrainedStage, blobs: Blobs): ReturnType<Blobs["put"]> {
  const model = await blobs.put(writeModel(training.model));
  const job = { name: scenario.name, model, objective: training.loss.objective.part };
  return blobs.put(new TextEncoder().encode(JSON.stringify(job)));
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" ? present(address, "an address").port : 0;
}

const UNSHARED = { use: () => ({ saturatedSeconds: 0, peakBytesPerSecond: 0 }) };
const NO_COSTS = { conversions: 0, failed: 0, flops: 0, seconds: 0, meanDistance: null };

function endedRun({ state }: HostedRun, stage: TrainedStage): EndedSimulation {
  return {
    clock: "wall",
    stage,
    machine: state.machine,
    now: state.at,
    events: state.number,
    ending: state.ended?.ending ?? null,
    failures: new Map(),
    notes: { tasks: new Map(), out: new Map(), asked: new Map() },
    converter: { costs: () => NO_COSTS },
    links: { up: UNSHARED, down: UNSHARED },
  };
}
