/**
 * What a device can do, measured once: the time that a node takes, by its kind of work,
 *
 *     seconds = a + b · flops + c · bytes + d · runs,     a, b, c, d ≥ 0
 *
 * with the four rates of each kind fitted to the times of the probes and of some whole networks, together with the time
 * that a step of a loop takes by itself. It takes some seconds and gives plain data, which can be stored and used as
 * long as the device, its runtime and its number of threads stay the same.
 *
 * Trusts the clock and that the device is idle. Of each sample the best of several runs counts, so that short
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
import { createTrainer } from "../runtime/trainer.ts";
import { allowingBlocks } from "../training/blocks/blocked-convolutions.ts";
import { amountsOf, quantities, type Quantity } from "./amounts.ts";
import { leastSquares } from "./least-squares.ts";
import { loopOf, TRIPS } from "./loop-of.ts";
import { type Network, networks, taskFor } from "./networks.ts";
import { type NodeCost, nodeCosts } from "./node-costs.ts";
import { stepCosts } from "./step-costs.ts";
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

/** All samples take turns so often, so that a disturbance of a second does not hit all turns of one. */
const ROUNDS = 6;
/** How long each sample is run again and again in a round, and at least how often. */
const SAMPLE_SECONDS = 0.003;
const MIN_CALLS = 2;
/** How long one call should take, and how often a probe runs in it at most. */
const CALL_SECONDS = 0.002;
const MAX_TRIPS = 64;
/** A network counts as much as so many probes: there are few of them, and they are what is predicted. */
const NETWORK_WEIGHT = 4;

/**
 * Measures the device that this runs on. Blocks the calling thread for some seconds.
 * Rejects with Fault "option-invalid" where there is no such backend.
 */
export async function calibrate(runtime: RuntimeOptions = {}): Promise<Calibration> {
  const blockSize = (await channelBlocks())?.size ?? null;
  const samples: Sample[] = [];
  for (const probe of probes(blockSize)) samples.push(await probeSample(probe, runtime));
  for (const network of networks()) samples.push(await networkSample(network, blockSize, runtime));
  const best = samples.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, sample] of samples.entries()) best[at] = Math.min(best[at] ?? 0, await bestSeconds(sample));
  }
  for (const { close } of samples) await close();
  return fitted(
    samples.map(({ costs, weight }, at) => ({ costs, weight, seconds: best[at] ?? Number.NaN })),
    blockSize,
  );
}

/** What nodes of these costs took one after another as one step of a loop, and how many others it counts as much as. */
export interface Measured {
  readonly costs: readonly NodeCost[];
  readonly seconds: number;
  readonly weight: number;
}

/** Something that is ready to run so that its time can be measured. */
interface Sample extends Omit<Measured, "seconds"> {
  /** How often it runs in one call: small ones often, so that the call itself does not count. */
  readonly trips: number;
  /** Runs it so often in one call; the seconds that it took. */
  readonly run: (trips: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

async function probeSample(probe: Probe, runtime: RuntimeOptions): Promise<Sample> {
  const loop = loopOf(probe.graph);
  const { run: runSession, close } = await openSession(writeModel(allowingBlocks(standardModel(loop))), runtime);
  const [feeds, targets] = [tensorsFor(loop.inputs), tensorsFor(loop.outputs)];
  const run = async (trips: number): Promise<number> => {
    const count = int64(BigInt64Array.of(BigInt(trips)), []);
    return (await runSession({ ...feeds, [TRIPS]: count }, targets)).seconds;
  };
  await run(1);
  const trips = Math.ceil(Math.min(MAX_TRIPS, CALL_SECONDS / (await run(1))));
  return { costs: nodeCosts(probe.graph), weight: 1, trips, run, close };
}

async function networkSample(network: Network, blockSize: number | null, runtime: RuntimeOptions): Promise<Sample> {
  const { model, options } = network;
  const { batchSize: _, ...training } = options;
  const trainer = await createTrainer({ model, ...training, runtime });
  const task = taskFor(network);
  const run = async (): Promise<number> => (await trainer.train(task)).executingSeconds;
  await run();
  const costs = stepCosts(model, options, blockSize);
  return { costs, weight: NETWORK_WEIGHT, trips: 1, run, close: trainer.close };
}

async function bestSeconds({ run, trips }: Sample): Promise<number> {
  let [best, total] = [Number.POSITIVE_INFINITY, 0];
  for (let calls = 0; calls < MIN_CALLS || total < SAMPLE_SECONDS; calls++) {
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
  const rows = measured.flatMap(({ costs, seconds, weight }) => {
    const amounts = amountsOf(costs);
    const row = columns.map(({ kind, quantity }) => (amounts.get(kind)?.[quantity] ?? 0) / seconds);
    return Array.from({ length: weight }, () => [...row, 1 / seconds]);
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
