/**
 * A coordinator: one process that hosts runs, each with its journal and its thread, on one port.
 *
 * @module
 */
import { parseScenario, scenarioToJson } from "@potluck/scenario";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { firstKey, shownToken } from "./access/first-steps.ts";
import { closeDesk, type Desk, openDesk } from "./coordinator-desk.ts";
import { clearUp, noteLeftovers } from "./coordinator-removal.ts";
import type { CoordinatedRun, CoordinatorOptions, RunRequest } from "./coordinator-options.ts";
import { type Door, openDoor } from "./http/door.ts";
import type { BeginRun } from "./http/runs-view.ts";
import { type HostedRun, hostedRun } from "./run/hosted-run.ts";
import { realHostClock } from "./run/run-clock.ts";
import { keepOverview } from "./run/seen-runs.ts";
import { type Admit, openReception } from "./socket/reception.ts";
import { openRoom } from "./socket/room.ts";
import type { RunRecord } from "./store/registry.ts";
import { runFolder } from "./store/run-folder.ts";
import { openUploads } from "./store/uploads.ts";

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

/** Opens a coordinator. Rejects with "folder-in-use", "store-corrupt", "option-invalid" for where it should listen, and the faults of runs that are there. */
export async function openCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const desk = openDesk(options);
  try {
    await clearUp(desk);
    for (const record of desk.registry.runs()) if (!record.ended) await takeUp(desk, record);
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

async function closed(desk: Desk, door: Door): Promise<void> {
  for (const room of desk.rooms.values()) room.close("the coordinator closes");
  await door.close();
  await closeDesk(desk);
  desk.log.info({}, "the coordinator is closed");
}

async function doorOf(desk: Desk): Promise<Door> {
  const { rooms, blobs, access, meters, view, log, limits, badAnswers } = desk;
  const { host = "127.0.0.1", port = 0, tls = null, origins = [], openMetrics = false, openStatus = false } = desk;
  const onRefused = (code: string): void => {
    meters.noteRefused(code);
    log.info({ code }, "a connection was turned away");
  };
  const admit: Admit = async ({ device, hello: { token } }, { run: { record, view: seen } }) =>
    access.enrolments.admit({ device, token, run: record.id, isMember: seen.members.has(device) });
  const reception = openReception({
    rooms: () => rooms.values(),
    admit,
    scopeOf: async (token) => {
      const scope = await access.tokens.scopeOf(token);
      return "code" in scope ? "" : scope.run;
    },
    clock: realHostClock,
    limits,
    badAnswers,
    onRefused,
    onFailed: (error) => log.error({ err: error }, "a device could not be let in"),
  });
  const pages = { pages: desk.pages, studio: desk.studio };
  const wanted: BeginRun = async ({ scenario, seed, startClients }) => {
    const document = JSON.stringify(scenarioToJson(parseScenario(scenario, "scenario")));
    return (await begin(desk, { document, seed, startClients })).record.id;
  };
  const served = {
    ...pages,
    blobs,
    reception,
    runs: view,
    begin: wanted,
    access,
    meters,
    log,
    limits,
    clock: realHostClock,
  };
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

/** Takes a run up, if it can be: what one of them has lost on the disk must not keep the others from going on. */
async function takeUp(desk: Desk, record: RunRecord): Promise<void> {
  try {
    await take(desk, record);
  } catch (error) {
    desk.log.error({ run: record.id, name: record.name, err: error }, "a run cannot be taken up, and is left as it is");
  }
}

/** Hosts a run and opens its room. */
async function take(desk: Desk, record: RunRecord): Promise<CoordinatedRun> {
  const { folder, blobs, log, meters, heartbeatSeconds = HEARTBEAT_SECONDS, silenceSeconds = SILENCE_SECONDS } = desk;
  const { id, name } = record;
  const ended = Promise.withResolvers<null>();
  // Whoever waits hears of it; where nobody does, nothing else has to end.
  ended.promise.catch(() => {});
  const room = await openRoom(
    {
      clock: realHostClock,
      blobs,
      uploads: openUploads(join(runFolder(folder, id), "uploads")),
      heartbeatSeconds,
      silenceSeconds,
      onAcknowledged: meters.noteAcknowledged,
      bears: (device) => desk.badAnswers.take(device) === null,
      onMismatch: () => meters.noteRefused("upload-mismatch"),
      onConnected: (client, isConnected) => {
        log.info({ run: id, client }, isConnected ? "a client is connected" : "a client is not connected any more");
      },
    },
    async (news) =>
      hostedRun(
        { folder, record },
        {
          ...news,
          onMeasured: (progress) => desk.onMeasured?.(record, progress),
          onEnded: () => {
            log.info({ run: id, name }, "a run has ended");
            noteEnded(desk, id);
            // Whoever took part need not wait for the coordinator to close, which may have other runs.
            desk.rooms.get(id)?.close("the run has ended");
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

/** Notes that a run has ended. Where that cannot be written, the run is taken up again at the next start, and found to have ended. */
function noteEnded({ folder, registry, log }: Desk, id: string): void {
  try {
    registry.end(id);
    noteLeftovers(folder);
  } catch (error) {
    log.error({ run: id, err: error }, "it cannot be written down that a run has ended");
  }
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
