/**
 * A coordinator: one process that hosts a run, with its journal, on one port.
 *
 * @module
 */
import { Fault, type Seconds } from "@potluck/core";
import { writeModel } from "@potluck/engine";
import { type Progress, type RunResult, type Scenario, setStage } from "@potluck/scenario";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openDoor } from "./http/door.ts";
import type { PagesFolder } from "./http/pages.ts";
import { type HostedRun, hostRun } from "./run/hosted-run.ts";
import type { TrainedStage } from "./run/measurer.ts";
import { type HostClock, realHostClock } from "./run/run-clock.ts";
import { resultOfRun } from "./run/run-result.ts";
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
  /** The run begins once so many clients are there; no fewer than the plan needs. */
  readonly startClients?: number;
  /** How often clients have to be heard of, 5 seconds by default, and after how much silence they are gone, 30 by default. */
  readonly heartbeatSeconds?: Seconds;
  readonly silenceSeconds?: Seconds;
  /** Why a device that is not known yet may not come in; null where it may. */
  readonly admit?: (device: string, token: string) => string | null;
  readonly clock?: HostClock;
  /** Where the pages of the client are, asked for when somebody wants to see them; left out to serve none. */
  readonly pages?: PagesFolder;
  /** Hears of every measurement. */
  readonly onProgress?: (progress: Progress) => void;
}

/** A coordinator that is up. */
export interface Coordinator {
  /** Where clients find it: "http://127.0.0.1:8080". */
  readonly url: string;
  readonly run: HostedRun;
  /** The run begins once so many clients are there. */
  readonly startClients: number;
  /** How many devices are connected. */
  readonly connected: () => number;
  /** Resolves when the run has ended by its plan or its target. */
  readonly ended: Promise<null>;
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
  const blobs = openBlobs(join(folder, "blobs"));
  const uploads = openUploads(join(folder, record.id, "uploads"));
  const startClients = Math.max(options.startClients ?? 1, fewestClients(scenario));
  const ended = Promise.withResolvers<null>();
  const desk: { reception: Reception | null } = { reception: null };
  const run = await hostRun(
    {
      stage,
      clock,
      blobs,
      created: record.created,
      journal: journalOf(database, record.id),
      snapshots: snapshotsOf(database, record.id),
      measurements: measurementsOf(database, record.id),
      startClients,
      onProgress: options.onProgress,
    },
    {
      onCommand: (command) => desk.reception?.command(command),
      onAnswered: (client, task) => desk.reception?.answered(client, task),
      onEnded: () => ended.resolve(null),
    },
  );
  if (run.state.ended !== null) ended.resolve(null);
  const { heartbeatSeconds = HEARTBEAT_SECONDS, silenceSeconds = SILENCE_SECONDS, admit = admitAll } = options;
  const job = await jobOf(stage, blobs);
  const reception = openReception({ run, clock, blobs, uploads, job, heartbeatSeconds, silenceSeconds, admit });
  desk.reception = reception;
  const door = await openDoor({ host, port, blobs, uploads, reception, run, pages: options.pages });
  return {
    url: door.url,
    run,
    startClients,
    connected: reception.connected,
    ended: ended.promise,
    result: async () => resultOfRun(run, stage, clock.wall() - record.created),
    close: async () => {
      reception.close("the coordinator closes");
      await run.close();
      await door.close();
      await stage.training.pool.close();
      database.close();
    },
  };
}

function admitAll(): null {
  return null;
}

const HEARTBEAT_SECONDS = 5;
const SILENCE_SECONDS = 30;

/** The run of a folder: the one that is there, or a new one. */
function recordIn(runs: Runs, { folder, document, seed }: CoordinatorOptions, clock: HostClock): RunRecord {
  const [known] = runs.all();
  if (known !== undefined && (known.scenario !== document || known.seed !== seed)) {
    const message = `${folder} holds the run of another scenario, or of another seed`;
    throw new Fault("run-exists", message, "Serve what it was begun with, or take another folder.");
  }
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
