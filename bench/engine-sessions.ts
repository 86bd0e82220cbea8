/**
 * What a model costs before its first step, and what stays of a call: the time to derive a training graph and open a
 * session, the memory that a session takes, and the memory of the process over a thousand calls.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { rootKey } from "@potluck/core";
import { modelTask, openTrainer } from "./engine-tasks.ts";
import { median } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const REPETITIONS = 7;

const bench: Bench = { name: "engine-sessions", run: measured };
export default bench;

async function measured(): Promise<BenchTable> {
  const rows = [await opening("cnn", "≤ 300"), await opening("gpt", "≤ 2000")];
  return {
    title: "engine: graphs, sessions and memory",
    rows: [...rows, ...memory("mlp"), ...memory("cnn"), ...memory("gpt")],
    notes: [
      "A pool keeps the graph of a solver for all clients, and each of its workers the session.",
      "Memory: that of a process of its own, without garbage. A session's is what there is more after its first step;",
      "growth is that of the whole process over 1,000 calls, after 200 others.",
    ],
  };
}

async function opening(name: string, target: string): Promise<BenchRow> {
  const { model, objective } = modelTask(name, 1, rootKey(1));
  const times: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const before = performance.now();
    const trainer = await openTrainer(model, objective);
    times.push(performance.now() - before);
    await trainer.close();
  }
  return {
    what: `${name.toUpperCase()}, graph and session`,
    value: median(times),
    best: Math.min(...times),
    unit: "ms",
    target,
  };
}

function memory(name: string): readonly BenchRow[] {
  const script = fileURLToPath(new URL("engine-memory.ts", import.meta.url));
  const looks: unknown = JSON.parse(execFileSync(process.execPath, [script, name], { encoding: "utf8" }));
  const [before = Number.NaN, first = Number.NaN, settled = Number.NaN, last = Number.NaN] = Array.isArray(looks)
    ? looks.map(Number)
    : [];
  const what = name.toUpperCase();
  return [
    { what: `${what}, memory of a session`, value: first - before, unit: "MiB" },
    { what: `${what}, growth over 1,000 calls`, value: 100 * (last / settled - 1), unit: "%", target: "< 5" },
  ];
}
