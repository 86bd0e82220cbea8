/**
 * A command, and what memory it and all processes under it take together.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";

/** What a command left behind. */
export interface Finished {
  /** Its exit status; null where it was killed or never started. */
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
  /** The most that all its processes took at one time, memory that they share counted once; NaN where there is no /proc. */
  readonly peakMebibytes: number;
}

/** How to run a command. */
export interface CommandOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** After so many seconds it is killed. */
  readonly limitSeconds: number;
}

/** Between two looks at the memory. */
const SAMPLE_MILLISECONDS = 250;

/** Runs a command to its end. */
export async function runMeasured(
  command: string,
  args: readonly string[],
  { env = {}, limitSeconds }: CommandOptions,
): Promise<Finished> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 1000 * limitSeconds,
  });
  let peak = Number.NaN;
  const sampling = setInterval(() => {
    const now = child.pid === undefined ? Number.NaN : treeMebibytes(child.pid);
    if (!(peak >= now)) peak = now;
  }, SAMPLE_MILLISECONDS);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  child.on("error", () => {
    resolve(null);
  });
  const [output, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), promise]);
  clearInterval(sampling);
  return { status, output, errors, peakMebibytes: peak };
}

/** What a process and all under it take now. */
function treeMebibytes(root: number): number {
  const parents = parentsByProcess();
  if (parents === null) return Number.NaN;
  const tree = new Set([root]);
  // Parents are found before their children, however the numbers lie, once nothing is added any more.
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const [id, parent] of parents) if (tree.has(parent)) tree.add(id);
  }
  return [...tree].reduce((sum, id) => sum + proportionalKibibytes(id), 0) / 1024;
}

function parentsByProcess(): ReadonlyMap<number, number> | null {
  try {
    const ids = readdirSync("/proc").map(Number).filter(Number.isInteger);
    return new Map(ids.map((id) => [id, parentOf(id)]));
  } catch {
    return null;
  }
}

/** The parent of a process; NaN where it has ended meanwhile. */
function parentOf(id: number): number {
  const stat = readProcess(id, "stat");
  // The name in brackets may hold spaces and brackets itself.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** The memory of a process, of which it takes its part where it is shared. */
function proportionalKibibytes(id: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readProcess(id, "smaps_rollup"))?.[1] ?? 0);
}

function readProcess(id: number, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}
