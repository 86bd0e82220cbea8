/**
 * What has to hold of a run, whatever it went through.
 *
 * @module
 */
import { replayRun } from "@potluck/server";
import { join } from "node:path";
import type { Ended } from "./coordinator-process.ts";
import { acknowledgedTo } from "./troupe.ts";

/** What a run came to. */
export interface Verdict {
  /** Updates that count in the journal. */
  readonly counted: number;
  /** Those that clients were told of as acknowledged. */
  readonly acknowledged: number;
  readonly modelHash: string;
  /** What is wrong; nothing, if all holds. */
  readonly problems: readonly string[];
}

/** Where a run was kept. */
export interface Kept {
  /** The folder that its coordinator was started with. */
  readonly folder: string;
  /** That of its clients. */
  readonly clients: string;
}

/** Holds a run that has ended against its journal, and against what its clients were told. */
export async function verdictOn({ code, summary }: Ended, { folder, clients }: Kept): Promise<Verdict> {
  const acknowledged = await acknowledgedTo(clients);
  const replayed = await replayRun(join(folder, "kept"));
  const accepted = replayed.answers.filter(({ outcome }) => outcome === "accepted").map(({ task }) => Number(task));
  const counted = new Set(accepted);
  const lost = [...acknowledged].filter((task) => !counted.has(task));
  const problems = [
    ...(code === 0 ? [] : [`the coordinator ended with ${code}`]),
    ...(summary.status === "finished" ? [] : [`the run is ${String(summary.status)}`]),
    ...(summary.modelHash === replayed.modelHash ? [] : ["the replay of the journal comes to another model"]),
    ...(replayed.sameAsRestored === false ? ["the last snapshot leads to another state than the journal"] : []),
    ...(lost.length === 0 ? [] : [`acknowledged, and not in the journal: tasks ${lost.join(", ")}`]),
    ...(accepted.length === counted.size ? [] : ["a task counts twice"]),
  ];
  const modelHash = replayed.modelHash ?? "";
  return { counted: counted.size, acknowledged: acknowledged.size, modelHash, problems };
}
