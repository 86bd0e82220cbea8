/**
 * What a coordinator works with: its registry, its access, its rooms, and how they are seen.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Access, openAccess } from "./access/access.ts";
import { rateLimit, type RateLimit } from "./access/rate-limit.ts";
import { removeRun } from "./coordinator-removal.ts";
import type { CoordinatedRun, CoordinatorOptions } from "./coordinator-options.ts";
import { type Meters, metersOf } from "./http/metrics.ts";
import type { RunsView } from "./http/runs-view.ts";
import { type Log, noLog } from "./log.ts";
import { type HostedRun, hostedRun } from "./run/hosted-run.ts";
import { realHostClock } from "./run/run-clock.ts";
import { seenRuns } from "./run/seen-runs.ts";
import { defaultLimits, type Limits } from "./socket/limits.ts";
import type { Room } from "./socket/room.ts";
import { type Blobs, openBlobs } from "./store/blobs.ts";
import { makeFolder } from "./store/files.ts";
import { openRegistry, type Registry, type RunRecord } from "./store/registry.ts";

/** What a coordinator works with. */
export interface Desk extends Omit<CoordinatorOptions, "limits"> {
  readonly log: Log;
  /** What is taken from outside. */
  readonly limits: Limits;
  /** How many answers of a device may break a rule. */
  readonly badAnswers: RateLimit;
  readonly registry: Registry;
  readonly blobs: Blobs;
  readonly access: Access;
  readonly meters: Meters;
  readonly rooms: Map<string, Room>;
  readonly runs: Map<string, CoordinatedRun>;
  readonly view: RunsView;
}

/** Opens all of it. Throws "folder-in-use" and "store-corrupt". */
export function openDesk(options: CoordinatorOptions): Desk {
  const { folder, isOpen = false, log = noLog } = options;
  // A new folder is its owner's alone: it will hold models, answers and secrets.
  makeFolder(dirname(folder));
  if (!existsSync(folder)) makeFolder(folder, 0o700);
  const registry = openRegistry(folder);
  try {
    const rooms = new Map<string, Room>();
    const access = loggedAccess(openAccess({ folder, now: realHostClock.wall, isOpen }), log);
    const visiting = async <T>(record: RunRecord, work: (run: HostedRun) => Promise<T>): Promise<T> =>
      visited(folder, record, work);
    const runs = new Map<string, CoordinatedRun>();
    const removing = async (id: string): Promise<void> => removeRun({ folder, registry, rooms, runs, log }, id);
    const reporting = options.report ?? null;
    const view = seenRuns({ folder, records: registry.runs, rooms, visiting, removing, reporting });
    const limits = { ...defaultLimits, ...options.limits };
    const badAnswers = rateLimit(limits.badAnswers, realHostClock.steady);
    return {
      ...options,
      log,
      limits,
      badAnswers,
      registry,
      blobs: openBlobs(join(folder, "blobs")),
      access,
      rooms,
      runs,
      view,
      meters: metersOf(view),
    };
  } catch (error) {
    registry.close();
    throw error;
  }
}

/** Access whose audit log is told to the log as well. */
function loggedAccess(access: Access, log: Log): Access {
  const { newest } = access.audit;
  const note: Access["audit"]["note"] = (what) => {
    access.audit.note(what);
    log.info(what, "audit");
  };
  return { ...access, audit: { newest, note } };
}

/** Closes all of it, runs first. */
export async function closeDesk({ rooms, runs, access, meters, registry }: Desk): Promise<void> {
  for (const room of rooms.values()) room.close("the coordinator closes");
  await Promise.allSettled([...runs.values()].map(async (run) => run.close()));
  meters.close();
  access.close();
  registry.close();
}

const nothing = (): void => {};

/** Hosts a run, of which nobody hears, for as long as something is done with it. */
async function visited<T>(folder: string, record: RunRecord, work: (run: HostedRun) => Promise<T>): Promise<T> {
  const listener = { onAssigned: nothing, onRecalled: nothing, onAnswered: nothing, onMeasured: nothing };
  const run = await hostedRun({ folder, record }, { ...listener, onEnded: nothing, onFailed: nothing });
  try {
    return await work(run);
  } finally {
    await run.close();
  }
}
