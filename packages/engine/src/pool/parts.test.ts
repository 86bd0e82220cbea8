import { type Dataset, fold, layoutLength, rootKey } from "@potluck/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conv2d } from "../builder/convolution.ts";
import { dense } from "../builder/dense.ts";
import { batchNorm } from "../builder/normalisation.ts";
import { dropout, flatten, relu } from "../builder/plain-layers.ts";
import { sequential } from "../builder/sequential.ts";
import { writeModel } from "../onnx/write.ts";
import { initialParams } from "../training/parameters.ts";
import type { TrainingJob, TrainingPool, TrainingResult } from "./jobs.ts";
import type { Checkpoint, Checkpoints } from "./parts.ts";
import { createPool } from "./pool.ts";

const key = rootKey(5);
const ROWS = 24;
const SIDE = 4;
const STEPS = 11;

/** Statistics, chance in every step, and convolutions in blocks of channels, where there are some. */
const model = sequential({
  input: [1, SIDE, SIDE],
  layers: [
    conv2d({ filters: 16, kernel: 3, padding: 1 }),
    batchNorm(),
    relu(),
    conv2d({ filters: 16, kernel: 3, padding: 1 }),
    relu(),
    flatten(),
    dropout({ rate: 0.3 }),
    dense({ units: 3 }),
  ],
  key,
});
const examples = {
  count: ROWS,
  shape: [1, SIDE, SIDE],
  features: Float32Array.from({ length: ROWS * SIDE * SIDE }, (_, at) => Math.sin(7 * at)),
  scale: 1,
  labels: Uint8Array.from({ length: ROWS }, (_, row) => row % 3),
  classes: 3,
};
const dataset: Dataset = { name: "waves", train: examples, test: examples };
const params = initialParams(model);
const rate = { learningRate: 0.05 };
const SOLVERS = {
  sgd: { name: "sgd", options: rate },
  "sgd with momentum and a schedule": {
    name: "sgd",
    options: { ...rate, momentum: 0.9, weightDecay: 0.01, schedule: "cosine", warmUpSteps: 3, clipNorm: 1 },
  },
  "fed-prox": { name: "fed-prox", options: { ...rate, mu: 0.5 } },
  adam: { name: "adam", options: rate },
} as const;

let pool: TrainingPool;
beforeAll(async () => {
  pool = await createPool({ workers: 1, model: writeModel(model), dataset });
});
afterAll(async () => pool?.close());

function jobOf(solver: TrainingJob["solver"], changed: Partial<TrainingJob> = {}): TrainingJob {
  const rows = Uint32Array.from({ length: ROWS - 3 }, (_, row) => row);
  return { solver, params, rows, work: { steps: STEPS, batchSize: 4 }, key: fold(key, 1), ...changed };
}

/** What comes of a job in parts that take next to no time each, and where it could have been gone on with. */
async function inParts(
  job: TrainingJob,
  from: Checkpoint | null = null,
): Promise<{ readonly result: TrainingResult; readonly seen: readonly Checkpoint[] }> {
  const seen: Checkpoint[] = [];
  const checkpoints: Checkpoints = { from, everySeconds: 1e-9, onCheckpoint: async (one) => void seen.push(one) };
  return { result: await pool.train({ ...job, checkpoints }), seen };
}

const bits = ({ params: own, meanLoss, steps }: TrainingResult): unknown => [[...own], meanLoss, steps];

describe("a task in parts", () => {
  test.each(Object.entries(SOLVERS))("comes to the same bits, wherever it is gone on with: %s", async (_, solver) => {
    const drift = Float32Array.from({ length: layoutLength(pool.layout) }, (__, at) => 1e-4 * Math.cos(at));
    for (const job of [jobOf(solver), jobOf(solver, { drift })]) {
      const whole = bits(await pool.train(job));
      const { result, seen } = await inParts(job);
      expect(bits(result)).toEqual(whole);
      // The first part shows how long a step takes; after that there is one after every step.
      expect(seen.map(({ losses }) => losses.length)).toEqual([8, 9, 10]);
      for (const checkpoint of seen) expect(bits((await inParts(job, checkpoint)).result)).toEqual(whole);
    }
  });

  test("of a task that is over in one there are no checkpoints, nor where none would be due for long", async () => {
    const short = jobOf(SOLVERS.adam, { work: { steps: 8, batchSize: 4 } });
    expect((await inParts(short)).seen).toEqual([]);
    const seen: number[] = [];
    const onCheckpoint = async ({ losses }: Checkpoint): Promise<void> => void seen.push(losses.length);
    await pool.train({ ...jobOf(SOLVERS.adam), checkpoints: { from: null, everySeconds: 1000, onCheckpoint } });
    expect(seen).toEqual([]);
  });

  test("a checkpoint of something else is passed over", async () => {
    const { result, seen } = await inParts(jobOf(SOLVERS.adam));
    const [checkpoint] = seen.slice(-1);
    expect(checkpoint?.slots).toHaveLength(2);
    const plain = bits(await pool.train(jobOf(SOLVERS.sgd)));
    expect(bits((await inParts(jobOf(SOLVERS.sgd), checkpoint)).result)).toEqual(plain);
    const other = { params: new Float32Array(3), slots: [], losses: new Float32Array(2) };
    expect(bits((await inParts(jobOf(SOLVERS.sgd), other)).result)).toEqual(plain);
    const done = { params: result.params, slots: [], losses: new Float32Array(STEPS) };
    expect(bits((await inParts(jobOf(SOLVERS.sgd), done)).result)).toEqual(plain);
  });

  test("it ends with the part in which it is called off, and where a checkpoint cannot be kept", async () => {
    const cancel = new AbortController();
    const asked: number[] = [];
    const onCheckpoint = async ({ losses }: Checkpoint): Promise<void> => {
      asked.push(losses.length);
      cancel.abort(new Error("enough"));
    };
    const checkpoints = { from: null, everySeconds: 1e-9, onCheckpoint };
    const calledOff = pool.train({ ...jobOf(SOLVERS.sgd), checkpoints, signal: cancel.signal });
    await expect(calledOff).rejects.toThrow("enough");
    expect(asked).toEqual([8]);
    const full = async (): Promise<void> => {
      throw new Error("the disk is full");
    };
    const unkept = pool.train({ ...jobOf(SOLVERS.sgd), checkpoints: { ...checkpoints, onCheckpoint: full } });
    await expect(unkept).rejects.toThrow("the disk is full");
  });

  test("training that leaves the finite numbers is told with the step of the task", async () => {
    const job = jobOf({ name: "sgd", options: { learningRate: 1e30 } });
    const start = { params, slots: [], losses: new Float32Array(5) };
    await expect(inParts(job, start)).rejects.toThrow(/as seen in step (6|7|8|9|10|11) of 11/);
  });
});
