/**
 * What a coordinator works with: its registry, its access, its rooms, and how they are seen.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Access, openAccess } from "./access/access.ts";
import { rateLimit, type RateLimit } from "./access/rate-limit.ts";
import { clearUp, removeRun } from "./coordinator-removal.ts";
import type { CoordinatedRun, CoordinatorOptions } from "./coordinator-options.ts";
import { type Meters, metersOf } from "./http/metrics.ts";
import type { RunsView } from "./http/runs-view.ts";
import { type Log, noLog } from "./log.ts";
import { realHostClock } from "./run/run-clock.ts";
import { seenRuns } from "./run/seen-runs.ts";
import { type Visits, visitsTo } from "./run/visits.ts";
import { defaultLimits, type Limits } from "./socket/limits.ts";
import type { Room } from "./socket/room.ts";
import { type Blobs, openBlobs } from "./store/blobs.ts";
import { makeFolder } from "./store/files.ts";
import { openRegistry, type Registry } from "./store/registry.ts";

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
  readonly visits: Visits;
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
    const visits = visitsTo(folder);
    const runs = new Map<string, CoordinatedRun>();
    const removing = async (id: string): Promise<void> => {
      // It may be at hand after a visit.
      await visits.close();
      await removeRun({ folder, registry, rooms, runs, log }, id);
    };
    const reporting = options.report ?? null;
    const view = seenRuns({ folder, records: registry.runs, rooms, visiting: visits.visit, removing, reporting });
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
      visits,
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
export async function closeDesk(desk: Desk): Promise<void> {
  const { rooms, runs, visits, access, meters, registry, log } = desk;
  for (const room of rooms.values()) room.close("the coordinator closes");
  await Promise.allSettled([...runs.values()].map(async (run) => run.close()));
  await visits.close();
  // What cannot be cleared away now is at the next start.
  await clearUp({ ...desk, runs: new Map() }).catch((error: unknown) =>
    log.error({ err: error }, "blobs could not be cleared away"),
  );
  meters.close();
  access.close();
  registry.close();
}
