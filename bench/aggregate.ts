/**
 * Aggregation: 50 updates of 1.7 million float32 numbers, folded with weights into one float64 sum.
 *
 * The updates are 50 buffers of their own, 340 MB, so that each comes from main memory and not from a cache. Peers:
 * the plain TypeScript loop, and `Float32Array.set` of each update into one buffer (memcpy).
 *
 * @module
 */
import { plainKernels, type VectorKernels, type WeightedVector } from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { interleaved, median, speedup, type Timings } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const UPDATES = 50;
const LENGTH = 1_700_000;
const BYTES = 4 * LENGTH * UPDATES;
/** How many updates a coordinator lets wait until it folds them in one pass. */
const WAITING = 8;
/** Elements per copy of the peer that only copies: as the kernels do. */
const BLOCK = 8192;

const PLAIN = "plain loop";
const MEMCPY = "memcpy";
const COPY = "the copying into blocks alone";
const ONE = "kernels, one update at a time";
const SOME = `kernels, ${WAITING} updates at a time`;

const bench: Bench = { name: "aggregate", run: async () => Promise.resolve(measured()) };
export default bench;

function measured(): BenchTable {
  const kernels = loadKernels();
  const terms = updates();
  const sums = [plainKernels.zeros(LENGTH), kernels.zeros(LENGTH), kernels.zeros(LENGTH)] as const;
  const timings = interleaved(
    {
      [PLAIN]: folding(plainKernels, sums[0], terms),
      [MEMCPY]: copying(terms),
      [COPY]: copyingInBlocks(terms),
      [ONE]: folding(kernels, sums[1], terms),
      [SOME]: foldingTogether(kernels, sums[2], terms),
    },
    { warmUps: 2, repetitions: 15 },
  );
  const memory = [UPDATES, 10 * UPDATES].map((count) => ({ count, ...peakMemory(count) }));
  return {
    title: `aggregate: ${UPDATES} updates of ${LENGTH.toLocaleString("en")} floats into a float64 sum`,
    rows: [...speedRows(timings), ...memoryRows(memory)],
    notes: [
      `Kernels: ${kernels.name}. GB/s of updates read, 4 bytes an element; 50 buffers of their own, from main memory.`,
      `The three sums are equal to the last bit: ${equal(sums[0], sums[1]) && equal(sums[0], sums[2]) ? "yes" : "NO"}.`,
      "The copying alone is the ceiling of any kernel that must copy into WebAssembly's memory on this machine.",
      `Peak memory: a process of its own, in which ${WAITING} buffers receive the updates in turn.`,
    ],
  };
}

function updates(): readonly WeightedVector[] {
  return Array.from({ length: UPDATES }, (_, k) => ({
    x: Float32Array.from({ length: LENGTH }, (_element, i) => (((i * 7 + k) % 101) - 50) / 37),
    weight: 100 + k,
  }));
}

function folding(kernels: VectorKernels, sum: Float64Array, terms: readonly WeightedVector[]): () => void {
  return () => {
    for (const { x, weight } of terms) kernels.accumulate(sum, x, weight);
  };
}

function foldingTogether(kernels: VectorKernels, sum: Float64Array, terms: readonly WeightedVector[]): () => void {
  return () => {
    for (let at = 0; at < terms.length; at += WAITING) kernels.accumulateAll(sum, terms.slice(at, at + WAITING));
  };
}

function copying(terms: readonly WeightedVector[]): () => void {
  const target = new Float32Array(LENGTH);
  return () => {
    for (const { x } of terms) target.set(x);
  };
}

function copyingInBlocks(terms: readonly WeightedVector[]): () => void {
  const target = new Float32Array(BLOCK);
  return () => {
    for (const { x } of terms) {
      for (let from = 0; from < LENGTH; from += BLOCK) target.set(x.subarray(from, from + BLOCK));
    }
  };
}

function speedRows(all: ReadonlyMap<string, Timings>): readonly BenchRow[] {
  const row = (what: string, peer?: string, target?: string): BenchRow => {
    const timings = all.get(what) ?? [];
    return {
      what,
      value: BYTES / median(timings) / 1e9,
      best: BYTES / Math.min(...timings) / 1e9,
      unit: "GB/s",
      ...(peer === undefined ? {} : { peer, ratio: speedup(timings, all.get(peer) ?? []) }),
      ...(target === undefined ? {} : { target }),
    };
  };
  return [
    row(PLAIN),
    row(MEMCPY),
    row(COPY, PLAIN),
    row(ONE, PLAIN),
    row(ONE, MEMCPY),
    row(SOME, PLAIN, ">= 4"),
    row(SOME, MEMCPY, ">= 0.33"),
  ];
}

interface PeakMemory {
  readonly count: number;
  readonly megabytes: number;
}

function memoryRows(measurements: readonly PeakMemory[]): readonly BenchRow[] {
  const [few, many] = measurements.map(({ megabytes }) => megabytes);
  return [
    ...measurements.map(({ count, megabytes }) => ({
      what: `peak memory of a process, ${count} updates`,
      value: megabytes,
      unit: "MB",
    })),
    {
      what: "growth from ten times the updates",
      value: (many ?? Number.NaN) - (few ?? Number.NaN),
      unit: "MB",
      target: "about 0",
    },
  ];
}

/** The peak resident memory of a process of its own that folds `count` updates. */
function peakMemory(count: number): { readonly megabytes: number } {
  const script = fileURLToPath(new URL("aggregate-memory.ts", import.meta.url));
  const printed = execFileSync(process.execPath, [script, String(count), String(LENGTH), String(WAITING)], {
    encoding: "utf8",
  });
  return { megabytes: Number(printed) };
}

function equal(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => value === b[i]);
}
