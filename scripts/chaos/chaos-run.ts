/**
 * A run under fire: a coordinator and clients, processes each, that are killed at random instants, with a link between them that is cut
 * and parted, and a clock that jumps. Whatever happens, the run has to end, and its journal has to hold what was acknowledged, once.
 *
 * @module
 */
import { uniformStream, fold, rootKey } from "@potluck/core";
import { type FaultProxy, faultProxy } from "@potluck/testkit";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CoordinatorProcess, coordinatorProcess } from "./coordinator-process.ts";
import { CLIENTS, freePort, pause, scenarioOf, type Troupe, troupeOf } from "./troupe.ts";
import { type Verdict, verdictOn } from "./verdict.ts";

/** What is to happen. */
export interface ChaosRequest {
  readonly seed: number;
  /** How often the coordinator is killed before it is left alone. */
  readonly kills: number;
  /** About so many versions has the run; 60 by default. */
  readonly versions?: number;
}

/** What a run under fire came to. */
export interface ChaosReport extends Verdict {
  readonly scenario: string;
  readonly kills: number;
  readonly clientKills: number;
  readonly cuts: number;
  readonly partitions: number;
  /** How often the clock of the coordinator was another when it was started again, and jumped back a while later. */
  readonly clockJumps: number;
}

/** Puts a run under fire. */
export async function chaosRun(request: ChaosRequest): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-chaos-"));
  try {
    return await fought(request, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fought(request: ChaosRequest, folder: string): Promise<ChaosReport> {
  const { seed, kills, versions } = request;
  const chance = uniformStream(fold(rootKey(seed), "chaos"));
  const scenario = scenarioOf(seed, versions);
  const file = join(folder, "scenario.json");
  await writeFile(file, JSON.stringify(scenario));
  const port = await freePort();
  const proxy = await faultProxy(port, { latencySeconds: 0.002 }, seed);
  const tally: Tally = { kills: 0, clientKills: 0, cuts: 0, partitions: 0, clockJumps: 0 };
  const troupe = troupeOf(scenario, { folder, port: proxy.port });
  const start = (offset: number): CoordinatorProcess =>
    coordinatorProcess({ file, folder, port, clients: CLIENTS, clockOffset: offset });
  let coordinator = start(0);
  try {
    for (const client of Array.from({ length: CLIENTS }).keys()) troupe.start(client);
    while (tally.kills < kills && coordinator.exitCode() === null) {
      await misfortune({ chance, proxy, troupe, coordinator, tally });
      if (coordinator.exitCode() !== null) break;
      await coordinator.kill();
      tally.kills += 1;
      const offset = chance() < 0.5 ? 0 : Math.round((chance() - 0.5) * 2 * 86_400);
      if (offset !== 0) tally.clockJumps += 1;
      coordinator = start(offset);
    }
    const verdict = await verdictOn(await coordinator.ended(), { folder, clients: folder });
    return { scenario: scenario.name, ...tally, ...verdict };
  } finally {
    await troupe.close();
    await coordinator.kill();
    await proxy.close();
  }
}

type Tally = Record<"kills" | "clientKills" | "cuts" | "partitions" | "clockJumps", number>;

interface Scene {
  readonly chance: () => number;
  readonly proxy: FaultProxy;
  readonly troupe: Troupe;
  readonly coordinator: CoordinatorProcess;
  readonly tally: Tally;
}

/** Some time passes, in which things happen. */
async function misfortune({ chance, proxy, troupe, coordinator, tally }: Scene): Promise<void> {
  // Some coordinators are killed while they start, others once they have been up for a while.
  const isEarly = chance() < 0.2;
  if (!isEarly) await Promise.race([coordinator.up, coordinator.ended()]);
  const things = isEarly ? 0 : Math.floor(4 * chance());
  for (let at = 0; at < things; at++) {
    await pause(400 * chance());
    const kind = chance();
    if (kind < 0.25) {
      tally.clientKills += 1;
      troupe.kill(Math.floor(CLIENTS * chance()));
    } else if (kind < 0.8) {
      tally.cuts += 1;
      // In the middle of a message, or of an upload.
      proxy.cut(kind < 0.4 ? 0 : 1 + Math.floor(3000 * chance()));
    } else {
      tally.partitions += 1;
      proxy.partition(0.5 * chance());
    }
  }
  await pause(800 * chance());
}
