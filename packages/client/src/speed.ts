/**
 * How fast a device is: measured once, and kept.
 *
 * @module
 */
import { rootKey, type Seconds, solver } from "@potluck/core";
import { createPool, initialParams, mlp, trainingFlopsPerExample, writeModel } from "@potluck/engine";
import { fieldsOf, jsonIn } from "./fields-of.ts";
import type { DeviceStore } from "./store.ts";

/** How fast a device is; null for what is not known yet. */
export interface Speed {
  readonly flopsPerSecond: number | null;
  readonly uploadBytesPerSecond: number | null;
  readonly downloadBytesPerSecond: number | null;
}

/** A small network, large enough that its arithmetic counts and not the calls. */
const INPUTS = 256;
const HIDDEN = 256;
const CLASSES = 10;
const BATCH = 32;
/** So many batches are trained on at once, and again until so much time has gone. */
const STEPS = 40;
const MEASURED_SECONDS: Seconds = 0.2;

/** FLOP/s of this device at training, by a short trial in a worker. It takes well under a second, and the start of a worker. */
export async function measuredFlops(): Promise<number> {
  const model = mlp({ inputs: INPUTS, hidden: [HIDDEN], classes: CLASSES, key: rootKey(1) });
  const sgd = solver.sgd({ learningRate: 0.01 });
  const features = Float32Array.from({ length: BATCH * INPUTS }, (_, at) => Math.sin(at));
  const labels = Uint8Array.from({ length: BATCH }, (_, at) => at % CLASSES);
  const train = { count: BATCH, shape: [INPUTS], features, scale: 1, labels, classes: CLASSES };
  const pool = await createPool({
    workers: 1,
    model: writeModel(model),
    dataset: { name: "trial", train, test: train },
  });
  try {
    const rows = Uint32Array.from({ length: BATCH }, (_, row) => row);
    const job = { params: initialParams(model), solver: sgd.part, work: { steps: STEPS, batchSize: BATCH }, rows };
    // The first derives the graph.
    await pool.train({ ...job, key: rootKey(1) });
    let best = Infinity;
    for (let total = 0; total < MEASURED_SECONDS;) {
      const { wallSeconds } = await pool.train({ ...job, key: rootKey(1) });
      best = Math.min(best, wallSeconds);
      total += Math.max(wallSeconds, MEASURED_SECONDS / 100);
    }
    return (STEPS * BATCH * trainingFlopsPerExample(model)) / Math.max(best, 1e-6);
  } finally {
    await pool.close();
  }
}

const SPEED = "speed";

/** What a store knows of the speed of its device. */
export async function speedIn(store: DeviceStore): Promise<Speed> {
  const bytes = await store.read(SPEED);
  const known = bytes === null ? {} : fieldsOf(jsonIn(new TextDecoder().decode(bytes)));
  const rate = (name: keyof Speed): number | null => {
    const value = known[name];
    return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : null;
  };
  return {
    flopsPerSecond: rate("flopsPerSecond"),
    uploadBytesPerSecond: rate("uploadBytesPerSecond"),
    downloadBytesPerSecond: rate("downloadBytesPerSecond"),
  };
}

/** Keeps it, if that can be written: otherwise it is measured anew. */
export async function keepSpeed(store: DeviceStore, speed: Speed): Promise<void> {
  await store.write(SPEED, new TextEncoder().encode(JSON.stringify(speed))).catch(() => {});
}

/** Transfers of fewer bytes say more of delays than of bandwidth. */
const TELLING_BYTES = 16_384;

/** What a transfer tells of the bandwidth; null where it tells nothing. */
export function bandwidthOf(bytes: number, seconds: Seconds): number | null {
  return bytes >= TELLING_BYTES && seconds > 0 ? bytes / seconds : null;
}
