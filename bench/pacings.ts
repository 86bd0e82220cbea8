/**
 * What pacings cost: events per second of processor time of the clock alone, 10,000 clients, each pacing in a process of its own.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./measure.ts";
import type { Bench, BenchTable } from "./table.ts";

const PACINGS = ["rounds", "fed-async", "fed-buff", "fed-fix", "fed-compass", "anarchic"] as const;
const REPETITIONS = 3;

const bench: Bench = { name: "pacings", run: measured };
export default bench;

async function measured(): Promise<BenchTable> {
  const runs = new Map<string, number[]>(PACINGS.map((pacing) => [pacing, []]));
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const [pacing, speeds] of runs) speeds.push(speedOf(pacing));
  }
  const baseline = runs.get("rounds") ?? [];
  return {
    title: "pacings: the clock alone, 10,000 clients, tiers",
    rows: [...runs].map(([what, speeds]) => ({
      what,
      value: median(speeds),
      best: Math.max(...speeds),
      unit: "thousand events/s",
      ratio: median(speeds.map((speed, at) => (baseline[at] ?? 0) / speed)),
      peer: "an event under rounds",
      target: ">= 200 thousand",
    })),
    notes: [
      "fed-async and fed-buff: 1,000 clients at work; fed-fix, fed-compass and anarchic: all of them.",
      "Each figure is that of one process: events per second of processor time, on all its threads, so that neighbours cost little.",
    ],
  };
}

/** Thousand events per second. */
function speedOf(pacing: string): number {
  const script = fileURLToPath(new URL("pacings-scale.ts", import.meta.url));
  return Number(execFileSync(process.execPath, [script, pacing], { encoding: "utf8" })) / 1000;
}
