/**
 * A coordinator: one process that hosts runs, each with its journal and its thread, on one port.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { parseScenario, type Progress } from "@potluck/scenario";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openDoor } from "./http/door.ts";
import { type HostedRun, hostedRun } from "./run/hosted-run.ts";
import type { EnrolledDevice } from "./run/thread/messages.ts";
import { realHostClock } from "./run/run-clock.ts";
import { type Admit, openReception } from "./socket/reception.ts";
import { openRoom, type Room } from "./socket/room.ts";
import { openBlobs } from "./store/blobs.ts";
import { openRegistry, type Registry, type RunRecord } from "./store/registry.ts";
import { runFolder } from "./store/run-folder.ts";
import { openUploads } from "./store/uploads.ts";

/** How to coordinate. */
export interface CoordinatorOptions {
  /** Where everything is kept; made if there is none. Runs that are there and have not ended go on. */
  readonly folder: string;
  readonly host?: string;
  /** 0, by default, for any that is free. */
  readonly port?: number;
  /** How often clients have to be heard of, 5 seconds by default, and after how much silence they are gone, 30 by default. */
  readonly heartbeatSeconds?: Seconds;
  readonly silenceSeconds?: Seconds;
  /** Everybody may come in by default. */
  readonly admit?: Admit;
  readonly onMeasured?: (run: RunRecord, progress: Progress) => void;
}

/** A run to begin. */
export interface RunRequest {
  /** Its scenario as a JSON document. */
  readonly document: string;
  /** A whole number in [0, 2^53). */
  readonly seed: number;
  /** It begins once so many clients are there, 1 by default; no fewer than its plan needs. */
  readonly startClients?: number;
  /** Its clients, where they are those of the scenario: device k is client k, and holds what the partition gives client k. */
  readonly rehearsal?: readonly EnrolledDevice[];
}

/** A run of a coordinator. */
export interface CoordinatedRun extends HostedRun {
  /** How many devices are connected. */
  readonly connected: () => number;
  /** Resolves when it has ended; rejects where it cannot go on, with the fault. */
  readonly whenEnded: Promise<null>;
}

/** A coordinator that is up. */
export interface Coordinator {
  /** Where clients find it: "http://127.0.0.1:8080". */
  readonly url: string;
  /** Those of its runs that it hosts, by their ids. */
  readonly runs: ReadonlyMap<string, CoordinatedRun>;
  /**
   * Begins a run, or takes up the one of the same scenario and seed that is there already, also one that has ended. Rejects with the faults of the scenario
   * and its plan.
   */
  readonly begin: (request: RunRequest) => Promise<CoordinatedRun>;
  /** Takes no more; what is there is kept, and a coordinator on the same folder goes on with it. */
  readonly close: () => Promise<void>;
}

const HEARTBEAT_SECONDS = 5;
const SILENCE_SECONDS = 30;

interface Desk extends CoordinatorOptions {
  readonly registry: Registry;
  readonly rooms: Map<string, Room>;
  readonly runs: Map<string, CoordinatedRun>;
}

/** Opens a coordinator. Rejects with "folder-in-use", "store-corrupt", and the faults of runs that are there. */
export async function openCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const { folder, host = "127.0.0.1", port = 0, admit = admitAll } = options;
  const desk: Desk = { ...options, registry: openRegistry(folder), rooms: new Map(), runs: new Map() };
  const closeAll = async (): Promise<void> => {
    for (const room of desk.rooms.values()) room.close("the coordinator closes");
    await Promise.allSettled([...desk.runs.values()].map(async (run) => run.close()));
    desk.registry.close();
  };
  try {
    for (const record of desk.registry.runs()) if (!record.ended) await take(desk, record);
    const reception = openReception(() => desk.rooms.values(), admit);
    const door = await openDoor({ host, port, blobs: openBlobs(join(folder, "blobs")), reception });
    return {
      url: door.url,
      runs: desk.runs,
      begin: async (request) => begin(desk, request),
      close: async () => {
        for (const room of desk.rooms.values()) room.close("the coordinator closes");
        await door.close();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const admitAll: Admit = () => null;

async function begin(desk: Desk, request: RunRequest): Promise<CoordinatedRun> {
  const { document, seed, startClients = 1, rehearsal } = request;
  const known = desk.registry.runs().find((run) => run.document === document && run.seed === seed);
  if (known !== undefined) return desk.runs.get(known.id) ?? take(desk, known);
  const { name } = parseScenario(JSON.parse(document), "the scenario");
  const created = realHostClock.wall();
  const own = { name, document, seed, startClients, rehearsal: rehearsal !== undefined };
  const record = { id: randomUUID(), ...own, created, ended: false };
  const run = await take(desk, record);
  if (rehearsal !== undefined) await run.enrol(rehearsal);
  desk.registry.create(record);
  return run;
}

/** Hosts a run and opens its room. */
async function take(desk: Desk, record: RunRecord): Promise<CoordinatedRun> {
  const { folder, heartbeatSeconds = HEARTBEAT_SECONDS, silenceSeconds = SILENCE_SECONDS } = desk;
  const ended = Promise.withResolvers<null>();
  // Whoever waits hears of it; where nobody does, nothing else has to end.
  ended.promise.catch(() => {});
  const room = await openRoom(
    {
      clock: realHostClock,
      blobs: openBlobs(join(folder, "blobs")),
      uploads: openUploads(join(runFolder(folder, record.id), "uploads")),
      heartbeatSeconds,
      silenceSeconds,
    },
    async (news) =>
      hostedRun(
        { folder, record },
        {
          ...news,
          onMeasured: (progress) => desk.onMeasured?.(record, progress),
          onEnded: () => {
            desk.registry.end(record.id);
            ended.resolve(null);
          },
          onFailed: (error) => {
            ended.reject(error);
            desk.rooms.get(record.id)?.close("the run cannot go on");
          },
        },
      ),
  );
  desk.rooms.set(record.id, room);
  const run = { ...room.run, connected: room.connected, whenEnded: ended.promise };
  desk.runs.set(record.id, run);
  return run;
}
