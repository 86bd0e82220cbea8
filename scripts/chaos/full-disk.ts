/**
 * A run whose coordinator runs out of disk again and again. It may refuse what comes, or end and say why; nothing that was acknowledged
 * may be lost, and with room again the run has to end.
 *
 * @module
 */
import { fold, rootKey, uniformStream } from "@potluck/core";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CoordinatorProcess, coordinatorProcess } from "./coordinator-process.ts";
import type { SmallDisk } from "./small-disk.ts";
import { CLIENTS, freePort, pause, scenarioOf, troupeOf } from "./troupe.ts";
import { type Verdict, verdictOn } from "./verdict.ts";

/** What is to happen. */
export interface FullDiskRequest {
  readonly seed: number;
  /** How often the disk is filled up. */
  readonly times: number;
  /** About so many versions has the run; 60 by default. */
  readonly versions?: number;
  /** An empty disk. */
  readonly disk: SmallDisk;
}

/** What a run came to whose disk was full. */
export interface FullDiskReport extends Verdict {
  readonly scenario: string;
  /** How often the disk was filled up, and how often the coordinator ended of it. */
  readonly filled: number;
  readonly ended: number;
  /** How often it could not start, since the disk was full still. */
  readonly notStarted: number;
}

/** Longer than that a full disk is not noticed, or is borne. */
const FULL_MILLISECONDS = 4000;

const MOST_PAGES = 12;

/** Fills the disk of a run again and again. */
export async function fullDiskRun({ seed, times, versions, disk }: FullDiskRequest): Promise<FullDiskReport> {
  const clients = await mkdtemp(join(tmpdir(), "potluck-chaos-"));
  const chance = uniformStream(fold(rootKey(seed), "disk"));
  const scenario = scenarioOf(seed, versions);
  const file = join(clients, "scenario.json");
  await writeFile(file, JSON.stringify(scenario));
  const port = await freePort();
  const troupe = troupeOf(scenario, { folder: clients, port });
  const start = (): CoordinatorProcess =>
    coordinatorProcess({ file, folder: disk.folder, port, clients: CLIENTS, clockOffset: 0 });
  const tally = { filled: 0, ended: 0, notStarted: 0 };
  const faults: string[] = [];
  let coordinator = start();
  try {
    for (const client of Array.from({ length: CLIENTS }).keys()) troupe.start(client);
    while (tally.filled < times) {
      await Promise.race([coordinator.up, coordinator.ended()]);
      await pause(1000 * chance());
      if (coordinator.exitCode() === 0) break;
      // With a few pages left answers still come in, and it is the journal that finds no room.
      await disk.fill(Math.floor(MOST_PAGES * chance()));
      tally.filled += 1;
      await Promise.race([coordinator.ended(), pause(FULL_MILLISECONDS)]);
      if (coordinator.exitCode() === null) {
        await disk.clear();
        continue;
      }
      if (coordinator.exitCode() === 0) break;
      tally.ended += 1;
      faults.push(...(await wordsMissing(coordinator)));
      if (chance() < 0.5) {
        coordinator = start();
        await Promise.race([coordinator.up, coordinator.ended()]);
        if (coordinator.exitCode() !== null) tally.notStarted += 1;
      }
      await disk.clear();
      if (coordinator.exitCode() !== null) coordinator = start();
    }
    await disk.clear();
    const verdict = await verdictOn(await coordinator.ended(), { folder: disk.folder, clients });
    return { scenario: scenario.name, ...tally, ...verdict, problems: [...faults, ...verdict.problems] };
  } finally {
    await troupe.close();
    await coordinator.kill();
    await rm(clients, { recursive: true, force: true });
  }
}

/** Nothing where a coordinator has ended with words that say that the disk is full; else what it wrote. */
async function wordsMissing(coordinator: CoordinatorProcess): Promise<readonly string[]> {
  const { code, said } = await coordinator.ended();
  return said.includes("the disk is full") ? [] : [`it ended with ${code}, and wrote: ${said.slice(-500)}`];
}
