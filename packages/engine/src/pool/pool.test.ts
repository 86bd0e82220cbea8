import { startWorker } from "#start-worker";
import { type Dataset, elementCount, type Examples, fold, rootKey, solver } from "@potluck/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { meanSquaredError } from "../objective/mean-squared-error.ts";
import { writeModel } from "../onnx/write.ts";
import { createEvaluator } from "../runtime/evaluator.ts";
import { createTrainer } from "../runtime/trainer.ts";
import { planBatches } from "../training/batches.ts";
import { initialParams } from "../training/parameters.ts";
import { gatherRows } from "./gather.ts";
import type { WorkerReply, WorkerRequest } from "./messages.ts";
import { createPool } from "./pool.ts";
import type { TrainingJob, TrainingPool } from "./jobs.ts";
import { shareDataset } from "./shared-dataset.ts";

const key = rootKey(11);
const model = mlp({ inputs: 4, hidden: [6], classes: 3, key });
const params = initialParams(model);
const features = { dataType: "uint8", scale: 1 / 255 } as const;

function examplesOf(count: number, seed: number): Examples {
  return {
    count,
    shape: [2, 2],
    features: Uint8Array.from({ length: 4 * count }, (_, at) => (at * 97 + seed) % 256),
    scale: features.scale,
    labels: Uint8Array.from({ length: count }, (_, row) => (row * 5 + seed) % 3),
    classes: 3,
  };
}

const dataset: Dataset = { name: "numbers", train: examplesOf(60, 1), test: examplesOf(1001, 2) };
/** The dataset with float features, one of row 7 being `odd`. */
function floats(odd: number): Dataset {
  const [forTraining, forTests] = [dataset.train, dataset.test].map(({ features: bytes }) => Float32Array.from(bytes));
  const train = { ...dataset.train, features: (forTraining ?? new Float32Array()).fill(odd, 30, 31) };
  return { name: "numbers", train, test: { ...dataset.test, features: forTests ?? new Float32Array() } };
}

function scaled(scale: number): Dataset {
  return { ...dataset, train: { ...dataset.train, scale }, test: { ...dataset.test, scale } };
}

/** A value of any type where the types demand one. */
function unchecked(value: unknown): never {
  // oxlint-disable-next-line potluck/no-type-assertion -- what the types rule out comes from JavaScript without types
  return value as never;
}

const sgd = { name: "sgd", options: { learningRate: 0.1 } };

function jobOf(client: number, changed: Partial<TrainingJob> = {}): TrainingJob {
  const rows = Uint32Array.from({ length: 5 + client }, (_, i) => (7 * i + client) % 60);
  return { solver: sgd, params, rows, work: { epochs: 2, batchSize: 4 }, key: fold(key, client), ...changed };
}

const open: TrainingPool[] = [];

async function poolOf(workers: number): Promise<TrainingPool> {
  const pool = await createPool({ workers, model: writeModel(model), dataset });
  open.push(pool);
  return pool;
}

let one: TrainingPool;
let three: TrainingPool;
beforeAll(async () => {
  [one, three] = await Promise.all([poolOf(1), poolOf(3)]);
});
afterAll(async () => {
  await Promise.all(open.map((pool) => pool.close()));
});

test("training gives the same bits with one worker and with three", async () => {
  const clients = Array.from({ length: 8 }, (_, client) => client);
  const results = await Promise.all([one, three].map((pool) => Promise.all(clients.map((c) => pool.train(jobOf(c))))));
  const [first, second] = results.map((trained) => trained.map((result) => ({ ...result, wallSeconds: 0 })));
  expect(second).toEqual(first);
});

test("evaluation gives the same bits with one worker and with three, and without a pool", async () => {
  const evaluator = await createEvaluator({ model, features });
  const alone = await evaluator.evaluate({
    ...gatherRows(
      dataset.test,
      Uint32Array.from({ length: 1001 }, (_, i) => i),
    ),
    params,
  });
  await evaluator.close();
  expect(await one.evaluate({ params, split: "test" })).toEqual(alone);
  expect(await three.evaluate({ params, split: "test" })).toEqual(alone);
});

test("a job is what a trainer makes of its rows and batches", async () => {
  const job = jobOf(3);
  const trainer = await createTrainer({ model, solver: solver.sgd({ learningRate: 0.1 }), features });
  const batches = planBatches(job.key, job.rows.length, job.work);
  const alone = await trainer.train({ ...gatherRows(dataset.train, job.rows), params, batches });
  await trainer.close();
  const pooled = await three.train(job);
  expect(pooled.params).toEqual(alone.params);
  expect(pooled).toMatchObject({ meanLoss: alone.meanLoss, steps: alone.steps });
});

test("parameters in shared memory train like others and stay as they are", async () => {
  const shared = new Float32Array(new SharedArrayBuffer(params.byteLength));
  shared.set(params);
  const [a, b] = await Promise.all([one.train(jobOf(1)), one.train(jobOf(1, { params: shared }))]);
  expect(b.params).toEqual(a.params);
  expect(Array.from(shared)).toEqual(Array.from(params));
});

test("chosen rows are evaluated alone", async () => {
  const rows = Uint32Array.of(4, 0, 59);
  const { examples, perClass } = await three.evaluate({ params, split: "train", rows });
  expect(examples).toBe(3);
  const labels = Array.from(rows, (row) => dataset.train.labels[row]);
  expect(perClass.map(({ total }) => total)).toEqual(
    [0, 1, 2].map((c) => labels.filter((label) => label === c).length),
  );
});

test("more solvers than a worker keeps open are all served", async () => {
  const rates = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.01];
  const results = [];
  for (const learningRate of rates) {
    results.push(await one.train(jobOf(2, { solver: { name: "sgd", options: { learningRate } } })));
  }
  expect(results.at(-1)?.params).toEqual(results[0]?.params);
  expect(results[1]?.params).not.toEqual(results[0]?.params);
});

test("time inside ONNX Runtime is part of busy time, and that of open time", async () => {
  await Promise.all([0, 1, 2, 3].map((client) => three.train(jobOf(client))));
  const { executingSeconds, busySeconds, openSeconds } = three.usage();
  expect(executingSeconds).toBeGreaterThan(0);
  expect(busySeconds).toBeGreaterThan(executingSeconds);
  expect(openSeconds).toBeGreaterThan(busySeconds);
});

test("a job that is taken back before it starts is rejected with the reason, and the others go on", async () => {
  const cancel = new AbortController();
  const jobs = [jobOf(1), jobOf(2, { signal: cancel.signal }), jobOf(3)].map((job) => one.train(job));
  cancel.abort(new Error("no longer needed"));
  const settled = await Promise.allSettled(jobs);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(settled[1]).toMatchObject({ reason: { message: "no longer needed" } });
});

describe("faults", () => {
  test.each<[string, Partial<TrainingJob>, string]>([
    ["a solver that does not exist", { solver: { name: "magic", options: {} } }, "part-unknown"],
    ["an option out of range", { solver: { name: "sgd", options: { learningRate: -1 } } }, "option-invalid"],
    ["a row that does not exist", { rows: Uint32Array.of(60) }, "data-invalid"],
    ["no rows", { rows: new Uint32Array(0) }, "data-invalid"],
    ["no work", { work: { epochs: 0, batchSize: 1 } }, "option-invalid"],
    ["work in epochs and in steps", { work: unchecked({ epochs: 1, steps: 1, batchSize: 1 }) }, "option-invalid"],
    ["a number for a key", { key: unchecked(1) }, "option-invalid"],
    ["rows in a list", { rows: unchecked([1, 2]) }, "data-invalid"],
    ["parameters of another model", { params: new Float32Array(1) }, "data-invalid"],
    [
      "a step that leaves the finite numbers",
      { solver: { name: "sgd", options: { learningRate: 1e38 } } },
      "training-failed",
    ],
  ])("%s is reported, and the worker lives on", async (_, changed, code) => {
    await expect(one.train(jobOf(1, changed))).rejects.toEqual(expect.objectContaining({ code }));
    expect((await one.train(jobOf(1))).steps).toBe(4);
  });

  test.each<[string, Partial<Parameters<typeof createPool>[0]>, string]>([
    ["no workers", { workers: 0 }, "option-invalid"],
    ["a file that is no model", { model: new Uint8Array(8) }, "model-invalid"],
    ["examples of another size", { dataset: { ...dataset, test: { ...dataset.test, shape: [5] } } }, "data-invalid"],
    [
      "more classes than the model has",
      { dataset: { ...dataset, train: { ...dataset.train, classes: 4 } } },
      "data-invalid",
    ],
    ["examples stored differently", { dataset: { ...dataset, test: { ...dataset.test, scale: 1 } } }, "data-invalid"],
    ["labels that are missing", { dataset: { ...dataset, test: { ...dataset.test, count: 2000 } } }, "data-invalid"],
    ["a label that is no class", { dataset: { ...dataset, train: { ...dataset.train, classes: 2 } } }, "data-invalid"],
    ["features scaled to nothing", { dataset: scaled(0) }, "option-invalid"],
    ["a feature that is not finite", { dataset: floats(Number.NaN) }, "data-invalid"],
  ])("a pool with %s is refused", async (_, changed, code) => {
    const made = createPool({ workers: 1, model: writeModel(model), dataset, ...changed });
    await expect(made).rejects.toEqual(expect.objectContaining({ code }));
  });

  test("the row of a dataset that cannot be used is named by its number there", async () => {
    const made = createPool({ workers: 1, model: writeModel(model), dataset: floats(Number.POSITIVE_INFINITY) });
    await expect(made).rejects.toThrow("numbers (train): row 7 of the features holds Infinity");
  });

  test("a closed pool may be closed again", async () => {
    const pool = await poolOf(1);
    await pool.close();
    await pool.close();
    await expect(pool.train(jobOf(1))).rejects.toThrow("the pool was closed");
  });

  test("a closed pool refuses jobs", async () => {
    const pool = await poolOf(1);
    const running = expect(pool.train(jobOf(1))).rejects.toEqual(expect.objectContaining({ code: "training-failed" }));
    await pool.close();
    await running;
    await expect(pool.evaluate({ params, split: "test" })).rejects.toEqual(
      expect.objectContaining({ code: "training-failed" }),
    );
  });
});

test("a bug in a worker ends its thread, and the thread's owner hears why", async () => {
  const worker = startWorker({ dataset: shareDataset(dataset), runtime: {} });
  const reason = new Promise<string>((died, replied: (reply: WorkerReply) => void) => worker.listen({ died, replied }));
  const nonsense: WorkerRequest = JSON.parse('{ "kind": "nonsense" }');
  worker.post(nonsense);
  expect(await reason).toContain("nonsense");
  await worker.end();
});

test("float features are gathered as floats, in the order of the rows", () => {
  const stored = { ...examplesOf(3, 0), features: Float32Array.from({ length: 12 }, (_, at) => at / 8) };
  const { features: gathered, targets } = gatherRows(stored, Uint32Array.of(2, 0));
  expect(gathered).toEqual(Float32Array.of(1, 1.125, 1.25, 1.375, 0, 0.125, 0.25, 0.375));
  expect(targets).toEqual(Uint8Array.of(1, 0));
});

describe("numbers to predict", () => {
  const linear = mlp({ inputs: 4, hidden: [], classes: 2, key });
  const numbersOf = (count: number, shape: readonly number[]): Examples => ({
    ...examplesOf(count, 3),
    labels: new Uint8Array(0),
    classes: 0,
    targets: { values: Float32Array.from({ length: count * elementCount(shape) }, (_, at) => at / 8 - 2), shape },
  });
  const regression: Dataset = { name: "numbers", train: numbersOf(30, [2]), test: numbersOf(501, [2]) };
  const options = { workers: 2, model: writeModel(linear), dataset: regression, objective: meanSquaredError() };

  test("are trained on and evaluated as without a pool, with the loss and no accuracy", async () => {
    const pool = await createPool(options);
    open.push(pool);
    const start = initialParams(linear);
    const rows = Uint32Array.of(4, 0, 29, 7);
    const job = jobOf(1, { params: start, rows });
    const trainer = await createTrainer({
      model: linear,
      solver: solver.sgd({ learningRate: 0.1 }),
      features,
      objective: meanSquaredError(),
    });
    const batches = planBatches(job.key, rows.length, job.work);
    const alone = await trainer.train({ ...gatherRows(regression.train, rows), params: start, batches });
    await trainer.close();
    expect((await pool.train(job)).params).toEqual(alone.params);
    const { lossSum, weightSum, examples, correct, perClass } = await pool.evaluate({ params: start, split: "test" });
    expect([examples, weightSum, correct, perClass]).toEqual([501, 1002, null, []]);
    expect(lossSum).toBeGreaterThan(0);
  });

  test("are gathered with their rows and lie in shared memory", () => {
    const { targets } = gatherRows(regression.train, Uint32Array.of(2, 0));
    expect(targets).toEqual(Float32Array.of(4 / 8 - 2, 5 / 8 - 2, -2, 1 / 8 - 2));
    const shared = shareDataset(regression).train.targets;
    expect(shared?.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(shareDataset({ ...regression, train: shareDataset(regression).train }).train.targets).toEqual(shared);
  });

  test.each<[string, Partial<Parameters<typeof createPool>[0]>, string]>([
    ["compared as classes", { objective: crossEntropy() }, "the loss compares with class labels"],
    [
      "more than the model gives",
      { dataset: { ...regression, test: numbersOf(9, [3]) } },
      "each example comes with 3 numbers to predict, the model gives 2",
    ],
    [
      "missing",
      { dataset: { ...regression, train: { ...regression.train, count: 29, features: new Uint8Array(116) } } },
      "60 targets, expected 58",
    ],
    [
      "beside labels",
      { dataset: { ...regression, train: { ...regression.train, labels: new Uint8Array(30) } } },
      "there are targets, and 30 labels of 0 classes besides",
    ],
    [
      "not finite",
      {
        dataset: {
          ...regression,
          train: { ...regression.train, targets: { values: new Float32Array(60).fill(Number.NaN, 9, 10), shape: [2] } },
        },
      },
      "numbers (train): row 4 of the targets holds NaN",
    ],
  ])("that are %s are refused", async (_, changed, message) => {
    const fault = { code: "data-invalid", message: expect.stringContaining(message) };
    await expect(createPool({ ...options, ...changed })).rejects.toMatchObject(fault);
  });
});

test("a dataset that is shared already is not copied", () => {
  const shared = shareDataset(dataset);
  expect(shared.train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(shareDataset(shared).train.features.buffer).toBe(shared.train.features.buffer);
});
