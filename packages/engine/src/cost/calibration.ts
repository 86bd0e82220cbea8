/**
 * What a device can do, measured once: the time that a node takes, by its kind of work,
 *
 *     seconds = a + b · flops + c · bytes + d · runs,     a, b, c, d ≥ 0
 *
 * with the four rates of each kind fitted to the times of the probes, together with the time that a step of a loop takes by itself. It takes about three seconds and gives plain data,
 * which can be stored and used as long as the device, its runtime and its number of threads stay the same.
 *
 * Trusts the clock and that the device is idle. Of each probe the best of several runs counts, so that short
 * disturbances do no harm.
 *
 * @module
 */
import { elementCount, present } from "@potluck/core";
import type { ValueInfo } from "../graph/graph.ts";
import { standardModel } from "../graph/standard-model.ts";
import { writeModel } from "../onnx/write.ts";
import type { RuntimeOptions } from "../runtime/backend.ts";
import { channelBlocks } from "../runtime/channel-blocks.ts";
import { openSession } from "../runtime/session.ts";
import { float32, int64, type Tensors } from "../runtime/tensor.ts";
import { allowingBlocks } from "../training/blocks/blocked-convolutions.ts";
import { amountsOf, quantities, type Quantity } from "./amounts.ts";
import { leastSquares } from "./least-squares.ts";
import { loopOf, TRIPS } from "./loop-of.ts";
import { nodeCosts } from "./node-costs.ts";
import { type Probe, probes } from "./probes.ts";
import { type WorkKind, workKinds } from "./work.ts";

/** Seconds that each quantity of a kind of work takes. */
export type Rate = Readonly<Record<Quantity, number>>;

/** What a device can do. */
export interface Calibration {
  /** What each step of a loop takes besides its nodes. */
  readonly stepSeconds: number;
  /** Channels of a block, where it has kernels for convolutions in blocks; else null. */
  readonly blockSize: number | null;
  readonly rates: Readonly<Record<WorkKind, Rate>>;
}

/** All probes take turns so often, so that a disturbance of a second does not hit all turns of one. */
const ROUNDS = 6;
/** How long each probe is run again and again in a round, and at least how often. */
const PROBE_SECONDS = 0.003;
const MIN_CALLS = 2;
/** How long one call should take, and how often a probe runs in it at most. */
const CALL_SECONDS = 0.002;
const MAX_TRIPS = 64;

/**
 * Measures the device that this runs on. Blocks the calling thread for about three seconds.
 * Rejects with Fault "option-invalid" where there is no such backend.
 */
export async function calibrate(runtime: RuntimeOptions = {}): Promise<Calibration> {
  const blockSize = (await channelBlocks())?.size ?? null;
  const opened: OpenProbe[] = [];
  for (const probe of probes(blockSize)) opened.push(await openProbe(probe, runtime));
  const best = opened.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, probe] of opened.entries()) best[at] = Math.min(best[at] ?? 0, await bestSeconds(probe));
  }
  for (const { close } of opened) await close();
  return fitted(
    opened.map(({ probe }, at) => ({ probe, seconds: best[at] ?? Number.NaN })),
    blockSize,
  );
}

/** A probe and how long it took. */
export interface Measured {
  readonly probe: Probe;
  readonly seconds: number;
}

/** A probe that is ready to run. Small ones run often in one call, so that the call itself does not count. */
interface OpenProbe {
  readonly probe: Probe;
  /** How often it runs in one call. */
  readonly trips: number;
  /** Runs it so often in one call; the seconds that it took. */
  readonly run: (trips: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

async function openProbe(probe: Probe, runtime: RuntimeOptions): Promise<OpenProbe> {
  const loop = loopOf(probe.graph);
  const { run: runSession, close } = await openSession(writeModel(allowingBlocks(standardModel(loop))), runtime);
  const [feeds, targets] = [tensorsFor(loop.inputs), tensorsFor(loop.outputs)];
  const run = async (trips: number): Promise<number> => {
    const count = int64(BigInt64Array.of(BigInt(trips)), []);
    return (await runSession({ ...feeds, [TRIPS]: count }, targets)).seconds;
  };
  await run(1);
  const trips = Math.ceil(Math.min(MAX_TRIPS, CALL_SECONDS / (await run(1))));
  return { probe, trips, run, close };
}

async function bestSeconds({ run, trips }: OpenProbe): Promise<number> {
  let [best, total] = [Number.POSITIVE_INFINITY, 0];
  for (let calls = 0; calls < MIN_CALLS || total < PROBE_SECONDS; calls++) {
    const seconds = await run(trips);
    best = Math.min(best, seconds / trips);
    total += seconds;
  }
  return best;
}

/** Small numbers of both signs: sums stay finite, and products do not become denormal. */
function tensorsFor(values: readonly ValueInfo[]): Tensors {
  return Object.fromEntries(
    values.map(({ name, shape }) => {
      const sizes = (shape ?? []).map(Number);
      return [name, float32(Float32Array.from({ length: elementCount(sizes) }, numberAt), sizes)];
    }),
  );
}

function numberAt(_: unknown, at: number): number {
  return (Math.sin(at * at) + Math.sin(7 * at)) / 40;
}

/** The rates that come closest to what was measured, in relative terms. */
export function fitted(measured: readonly Measured[], blockSize: number | null): Calibration {
  const columns = workKinds.flatMap((kind) => quantities.map((quantity) => ({ kind, quantity })));
  const rows = measured.map(({ probe, seconds }) => {
    const amounts = amountsOf(nodeCosts(probe.graph));
    const step = 1 / seconds;
    return [...columns.map(({ kind, quantity }) => (amounts.get(kind)?.[quantity] ?? 0) / seconds), step];
  });
  const found = leastSquares(rows);
  const rate = (kind: WorkKind): Rate => {
    const of = (quantity: Quantity): number =>
      present(found[columns.findIndex((column) => column.kind === kind && column.quantity === quantity)], quantity);
    return { nodes: of("nodes"), flops: of("flops"), bytes: of("bytes"), runs: of("runs") };
  };
  return {
    stepSeconds: present(found.at(-1), "the time of a step"),
    blockSize,
    rates: {
      alias: rate("alias"),
      "blocked-convolution": rate("blocked-convolution"),
      constant: rate("constant"),
      convolution: rate("convolution"),
      elementwise: rate("elementwise"),
      function: rate("function"),
      "grouped-convolution": rate("grouped-convolution"),
      "grouped-transposed-convolution": rate("grouped-transposed-convolution"),
      "indexed-pooling": rate("indexed-pooling"),
      movement: rate("movement"),
      normalisation: rate("normalisation"),
      pooling: rate("pooling"),
      product: rate("product"),
      reduction: rate("reduction"),
      reordering: rate("reordering"),
      "transposed-convolution": rate("transposed-convolution"),
      transposition: rate("transposition"),
      "wide-convolution": rate("wide-convolution"),
    },
  };
}
