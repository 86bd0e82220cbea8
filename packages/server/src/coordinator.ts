/**
 * A coordinator: one process that hosts runs, each with its journal and its thread, on one port.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { parseScenario, type Progress } from "@potluck/scenario";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Access, openAccess } from "./access/access.ts";
import { firstKey, shownToken } from "./access/first-steps.ts";
import { type Door, openDoor } from "./http/door.ts";
import type { Certificate } from "./http/listener.ts";
import { type Meters, metersOf } from "./http/metrics.ts";
import type { PagesFolder } from "./http/pages.ts";
import type { RunsView } from "./http/runs-view.ts";
import { type Log, noLog } from "./log.ts";
import { type HostedRun, hostedRun } from "./run/hosted-run.ts";
import type { EnrolledDevice } from "./run/thread/messages.ts";
import { realHostClock } from "./run/run-clock.ts";
import { keepOverview, seenRuns } from "./run/seen-runs.ts";
import { defaultLimits, type Limits } from "./socket/limits.ts";
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
  /** For HTTPS; plain HTTP by default. */
  readonly tls?: Certificate;
  /** How often clients have to be heard of, 5 seconds by default, and after how much silence they are gone, 30 by default. */
  readonly heartbeatSeconds?: Seconds;
  readonly silenceSeconds?: Seconds;
  /** Whether devices are let in without a token; not by default. */
  readonly isOpen?: boolean;
  /** Pages of these origins ("https://lab.example") may speak with it, besides its own. */
  readonly origins?: readonly string[];
  /** Whether `/metrics` is read without a key; not by default. */
  readonly openMetrics?: boolean;
  /** Whether the page at `/` shows everybody how the runs are; not by default. */
  readonly openStatus?: boolean;
  /** Where the pages of the client are, asked for when somebody wants to see them; left out to serve none. */
  readonly pages?: PagesFolder;
  /** How much is taken from outside. */
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
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
  /** The same with what lets new devices in: "http://127.0.0.1:8080/#token=…". */
  readonly link: string;
  /** The file with the first key of the role admin. */
  readonly keyFile: string;
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
  readonly log: Log;
  readonly registry: Registry;
  readonly access: Access;
  readonly meters: Meters;
  readonly rooms: Map<string, Room>;
  readonly runs: Map<string, CoordinatedRun>;
  readonly view: RunsView;
}

/** Opens a coordinator. Rejects with "folder-in-use", "store-corrupt", "option-invalid" for where it should listen, and the faults of runs that are there. */
export async function openCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const desk = openDesk(options);
  try {
    for (const record of desk.registry.runs()) if (!record.ended) await take(desk, record);
    const door = await doorOf(desk);
    const token = options.isOpen === true ? "" : `/#token=${await shownToken(desk.access, desk.folder)}`;
    desk.log.info({ url: door.url }, "the coordinator is up");
    let closing: Promise<void> | null = null;
    return {
      url: door.url,
      link: `${door.url}${token}`,
      keyFile: firstKey(desk.access, desk.folder),
      runs: desk.runs,
      begin: async (request) => begin(desk, request),
      close: async () => {
        closing ??= closed(desk, door);
        return closing;
      },
    };
  } catch (error) {
    await closeDesk(desk);
    throw error;
  }
}

function openDesk(options: CoordinatorOptions): Desk {
  const { folder, isOpen = false, log = noLog } = options;
  const registry = openRegistry(folder);
  try {
    const rooms = new Map<string, Room>();
    const access = openAccess({ folder, now: realHostClock.wall, isOpen });
    const visiting = async <T>(record: RunRecord, work: (run: HostedRun) => Promise<T>): Promise<T> =>
      visited(folder, record, work);
    const view = seenRuns({ folder, records: registry.runs, rooms, visiting });
    return { ...options, log, registry, access, rooms, runs: new Map(), view, meters: metersOf(view) };
  } catch (error) {
    registry.close();
    throw error;
  }
}

async function closed(desk: Desk, door: Door): Promise<void> {
  for (const room of desk.rooms.values()) room.close("the coordinator closes");
  await door.close();
  await closeDesk(desk);
  desk.log.info({}, "the coordinator is closed");
}

async function closeDesk({ rooms, runs, access, meters, registry }: Desk): Promise<void> {
  for (const room of rooms.values()) room.close("the coordinator closes");
  await Promise.allSettled([...runs.values()].map(async (run) => run.close()));
  meters.close();
  access.close();
  registry.close();
}

async function doorOf(desk: Desk): Promise<Door> {
  const { folder, rooms, access, meters, view, log } = desk;
  const { host = "127.0.0.1", port = 0, tls = null, origins = [], openMetrics = false, openStatus = false } = desk;
  const limits = { ...defaultLimits, ...desk.limits };
  const onRefused = (code: string): void => {
    meters.noteRefused(code);
    log.info({ code }, "a connection was turned away");
  };
  const admit: Admit = async ({ device, hello: { token } }, { run: { record, view: seen } }) =>
    access.enrolments.admit({ device, token, run: record.id, isMember: seen.members.has(device) });
  const reception = openReception({ rooms: () => rooms.values(), admit, clock: realHostClock, limits, onRefused });
  const blobs = openBlobs(join(folder, "blobs"));
  const served = { pages: desk.pages, blobs, reception, runs: view, access, meters, log, limits, clock: realHostClock };
  return openDoor({ host, port, tls, origins, openMetrics, openStatus, ...served });
}

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
  const { folder, log, meters, heartbeatSeconds = HEARTBEAT_SECONDS, silenceSeconds = SILENCE_SECONDS } = desk;
  const { id, name } = record;
  const ended = Promise.withResolvers<null>();
  // Whoever waits hears of it; where nobody does, nothing else has to end.
  ended.promise.catch(() => {});
  const room = await openRoom(
    {
      clock: realHostClock,
      blobs: openBlobs(join(folder, "blobs")),
      uploads: openUploads(join(runFolder(folder, id), "uploads")),
      heartbeatSeconds,
      silenceSeconds,
      onAcknowledged: meters.noteAcknowledged,
      onMismatch: () => meters.noteRefused("upload-mismatch"),
    },
    async (news) =>
      hostedRun(
        { folder, record },
        {
          ...news,
          onMeasured: (progress) => desk.onMeasured?.(record, progress),
          onEnded: () => {
            log.info({ run: id, name }, "a run has ended");
            desk.registry.end(id);
            ended.resolve(null);
          },
          onFailed: (error) => {
            log.error({ run: id, name, err: error }, "a run cannot go on");
            ended.reject(error);
            desk.rooms.get(id)?.close("the run cannot go on");
          },
        },
      ),
  );
  desk.rooms.set(id, room);
  log.info({ run: id, name }, "a run is hosted");
  void keptAtItsEnd(desk, room.run, ended.promise);
  const run = { ...room.run, connected: room.connected, whenEnded: ended.promise };
  desk.runs.set(id, run);
  return run;
}

/** Keeps what there is to see of a run once it has ended. It is looked up where that is not there. */
async function keptAtItsEnd({ folder, log }: Desk, run: HostedRun, whenEnded: Promise<null>): Promise<void> {
  try {
    await whenEnded;
    await keepOverview(folder, run);
  } catch (error) {
    log.debug({ err: error }, "no overview was kept");
  }
}

/** Hosts a run, of which nobody hears, for as long as something is done with it. */
async function visited<T>(folder: string, record: RunRecord, work: (run: HostedRun) => Promise<T>): Promise<T> {
  const nothing = (): void => {};
  const listener = { onAssigned: nothing, onRecalled: nothing, onAnswered: nothing, onMeasured: nothing };
  const run = await hostedRun({ folder, record }, { ...listener, onEnded: nothing, onFailed: nothing });
  try {
    return await work(run);
  } finally {
    await run.close();
  }
}
