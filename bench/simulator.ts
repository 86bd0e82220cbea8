/**
 * The simulator's clock: events per second and memory for fleets of a thousand to a million clients, each in a process
 * of its own; and the same for a thousand clients with whom nothing is drawn.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const FLEETS = [1e3, 1e4, 1e5, 1e6] as const;
const REPETITIONS = 3;
/** What Node may use for objects; buffers and code come on top. */
const HEAP_MEBIBYTES = 800;

const bench: Bench = { name: "simulator", run: measured };
export default bench;

async function measured(): Promise<BenchTable> {
  const runs = new Map<number, Run[]>(FLEETS.map((clients) => [clients, []]));
  const easy: Run[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const clients of FLEETS) runs.get(clients)?.push(runOf(clients, "hard"));
    easy.push(runOf(FLEETS[0], "easy"));
  }
  const [smallest] = FLEETS;
  const baseline = runs.get(smallest) ?? [];
  return {
    title: "simulator: the clock alone, rounds of 1,000 clients, tiers, failures, a server link that is shared",
    rows: [
      ...[...runs].flatMap(([clients, those]) => rowsOf(clients, those, baseline)),
      speedRow(`${FLEETS[0].toLocaleString("en")} clients, easy`, easy, baseline),
    ],
    notes: [
      "The easy fleet has no failures, no noise, and links that nobody waits for.",
      "A ratio compares the cost of an event with that in the smallest fleet; it may grow with the logarithm of the clients.",
      `Every figure of a run is that of one process, whose heap is limited to ${HEAP_MEBIBYTES} MiB.`,
    ],
  };
}

interface Run {
  readonly eventsPerSecond: number;
  readonly peakMebibytes: number;
}

function runOf(clients: number, kind: "easy" | "hard"): Run {
  const script = fileURLToPath(new URL("simulator-scale.ts", import.meta.url));
  const command = [`--max-old-space-size=${HEAP_MEBIBYTES}`, script, String(clients), kind];
  const figures: unknown = JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8" }));
  const [eventsPerSecond = Number.NaN, peakMebibytes = Number.NaN] = Array.isArray(figures) ? figures.map(Number) : [];
  return { eventsPerSecond, peakMebibytes };
}

function rowsOf(clients: number, runs: readonly Run[], baseline: readonly Run[]): readonly BenchRow[] {
  const name = clients.toLocaleString("en");
  const allowed = Math.log(clients) / Math.log(FLEETS[0]);
  const speed = speedRow(`${name} clients`, runs, baseline);
  const bounded: BenchRow = { ...speed, target: `<= ${allowed.toFixed(2)}, ${String(speed.target)}` };
  if (clients !== FLEETS.at(-1)) return [bounded];
  const peak = Math.max(...runs.map(({ peakMebibytes }) => peakMebibytes));
  return [bounded, { what: `${name} clients, peak memory`, value: peak, unit: "MiB", target: "<= 1024" }];
}

function speedRow(what: string, runs: readonly Run[], baseline: readonly Run[]): BenchRow {
  const speeds = runs.map(({ eventsPerSecond }) => eventsPerSecond / 1000);
  return {
    what,
    value: median(speeds),
    best: Math.max(...speeds),
    unit: "thousand events/s",
    ratio: median(runs.map(({ eventsPerSecond }, at) => (baseline[at]?.eventsPerSecond ?? 0) / eventsPerSecond)),
    peer: "an event among 1,000",
    target: ">= 300 thousand",
  };
}
