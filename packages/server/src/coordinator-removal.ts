/**
 * How a run is deleted: its row, its folder, and the blobs that no other run needs; and how blobs that nothing needs any more are cleared away.
 *
 * What a run cannot do without are the payloads that its journal names; everything else in the blobs, as the model of each version, is written again
 * where it is wanted. While runs are hosted, any of them may just be keeping a blob, so that blobs are cleared away once none is: at once, when the
 * coordinator closes, or at the next start.
 *
 * @module
 */
import { existsSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CoordinatedRun } from "./coordinator-options.ts";
import type { Log } from "./log.ts";
import type { Room } from "./socket/room.ts";
import { openJournal } from "./store/journal.ts";
import type { Registry } from "./store/registry.ts";
import { runFolder } from "./store/run-folder.ts";

/** Where runs are, and who hears of what becomes of them. */
export interface RemovalDesk {
  readonly folder: string;
  readonly registry: Pick<Registry, "runs" | "remove">;
  readonly rooms: Map<string, Room>;
  readonly runs: Map<string, CoordinatedRun>;
  readonly log: Log;
}

/** Deletes a run that has ended. Killed in between, it is gone, and what it has left is cleared away at the next start. */
export async function removeRun(desk: RemovalDesk, id: string): Promise<void> {
  const { folder, registry, rooms, runs, log } = desk;
  rooms.get(id)?.close("the run was deleted");
  await runs.get(id)?.close();
  rooms.delete(id);
  runs.delete(id);
  noteLeftovers(folder);
  registry.remove(id);
  await rm(runFolder(folder, id), { recursive: true, force: true });
  log.info({ run: id }, "a run was deleted");
  await clearUp(desk);
}

/** Notes that there is something to clear away: a run has ended or is deleted. */
export function noteLeftovers(folder: string): void {
  writeFileSync(markOf(folder), "");
}

/** Clears away what runs that have ended or are deleted have left, if there is any and no run is hosted. */
export async function clearUp({ folder, registry, runs, log }: RemovalDesk): Promise<void> {
  if (runs.size > 0 || !existsSync(markOf(folder))) return;
  const known = registry.runs().map(({ id }) => id);
  for (const id of await namesIn(join(folder, "runs"))) {
    if (!known.includes(id)) await rm(runFolder(folder, id), { recursive: true, force: true });
  }
  const needed = neededBlobs(folder, known, log);
  if (needed === null) return;
  let cleared = 0;
  const blobs = join(folder, "blobs");
  for (const start of await namesIn(blobs)) {
    for (const rest of await namesIn(join(blobs, start))) {
      if (needed.has(`${start}${rest}`)) continue;
      await rm(join(blobs, start, rest), { force: true });
      cleared += 1;
    }
  }
  await rm(markOf(folder), { force: true });
  log.info({ blobs: cleared }, "what no run needs any more was cleared away");
}

/** What journals name; null where one cannot be read, so that nothing is cleared away. */
function neededBlobs(folder: string, ids: readonly string[], log: Log): ReadonlySet<string> | null {
  try {
    return new Set(ids.flatMap((id) => payloadsOf(folder, id)));
  } catch (error) {
    log.error({ err: error }, "what no run needs any more cannot be told, and nothing is cleared away");
    return null;
  }
}

/** The file that is there while something may have to be cleared away. */
function markOf(folder: string): string {
  return join(folder, "clear-up");
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return existsSync(folder) ? readdir(folder) : [];
}

function payloadsOf(folder: string, id: string): readonly string[] {
  if (!existsSync(runFolder(folder, id))) return [];
  const journal = openJournal(runFolder(folder, id));
  try {
    return journal.blobs().map(({ sha256 }) => sha256);
  } finally {
    journal.close();
  }
}
