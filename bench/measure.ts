/**
 * Timing peers against each other: in turn, again and again, so that what disturbs the machine disturbs them alike.
 *
 * @module
 */

/** Seconds that each measured repetition of a peer took, in order. */
export type Timings = readonly number[];

/** How often the peers run: first `warmUps` times unmeasured, then `repetitions` times. */
export interface Repetitions {
  readonly warmUps: number;
  readonly repetitions: number;
}

/** Milliseconds that have passed since any origin. */
export type Clock = () => number;

/** Milliseconds for which a processor has worked for this thread: whoever else runs on the machine does not count. */
export function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Runs all `peers` in turn, again and again, and gives the timings of each under its name. */
export function interleaved(
  peers: Readonly<Record<string, () => void>>,
  { warmUps, repetitions }: Repetitions,
  clock: Clock = () => performance.now(),
): ReadonlyMap<string, Timings> {
  const timings = new Map<string, number[]>(Object.keys(peers).map((name) => [name, []]));
  for (let repetition = -warmUps; repetition < repetitions; repetition++) {
    for (const [name, peer] of Object.entries(peers)) {
      const before = clock();
      peer();
      const seconds = (clock() - before) / 1000;
      if (repetition >= 0) timings.get(name)?.push(seconds);
    }
  }
  return timings;
}

/** Takes a fixed number of steps. */
export interface Peer {
  readonly steps: number;
  readonly run: () => Promise<unknown>;
}

/**
 * The same for peers that take steps, each time in the opposite order, so that neither always finds the caches cold;
 * seconds per step.
 */
export async function alternated(
  peers: Readonly<Record<string, Peer>>,
  { warmUps, repetitions }: Repetitions,
): Promise<ReadonlyMap<string, Timings>> {
  const timings = new Map<string, number[]>(Object.keys(peers).map((name) => [name, []]));
  for (let repetition = -warmUps; repetition < repetitions; repetition++) {
    const entries = Object.entries(peers);
    for (const [name, { steps, run }] of repetition % 2 === 0 ? entries : entries.toReversed()) {
      const before = performance.now();
      await run();
      const seconds = (performance.now() - before) / 1000 / steps;
      if (repetition >= 0) timings.get(name)?.push(seconds);
    }
  }
  return timings;
}

/** The middle of `values`; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const below = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const above = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (below + above) / 2;
}

/** How many times faster than `peer` this was: the median of the ratios of repetitions that ran side by side. */
export function speedup(timings: Timings, peer: Timings): number {
  return median(timings.map((seconds, repetition) => (peer[repetition] ?? Number.NaN) / seconds));
}
