/** Conversions in a pool: the same as inverting and training by hand, whatever the number of workers. */
import { type Dataset, type Examples, fold, rootKey } from "@potluck/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { meanSquaredError } from "../objective/mean-squared-error.ts";
import { writeModel } from "../onnx/write.ts";
import { createInverter } from "../runtime/inverter.ts";
import { initialParams } from "../training/parameters.ts";
import { inversionFlops } from "../training/training-cost.ts";
import type { ConversionJob } from "./conversions.ts";
import { createPool } from "./pool.ts";
import type { TrainingPool } from "./jobs.ts";

const key = rootKey(11);
const model = mlp({ inputs: 4, hidden: [6], classes: 3, key });
const start = initialParams(model);
const size = { examples: 3, steps: 2 };

function examplesOf(count: number): Examples {
  const features = Float32Array.from({ length: 4 * count }, (_, at) => (at * 97) % 7);
  const labels = Uint8Array.from({ length: count }, (_, row) => row % 3);
  return { count, shape: [4], features, scale: 1, labels, classes: 3 };
}

const dataset: Dataset = { name: "numbers", train: examplesOf(6), test: examplesOf(3) };

function jobOf(client: number, changed: Partial<ConversionJob> = {}): ConversionJob {
  const trained = start.map((x, i) => x + 0.01 * Math.sin(i + client));
  const current = start.map((x) => x * 1.5);
  const search = { stepSize: 0.1, iterations: 10, learningRate: 0.1, topShare: 1 };
  return { ...search, ...size, start, trained, current, key: fold(key, client), ...changed };
}

let pools: readonly TrainingPool[];
beforeAll(async () => {
  pools = await Promise.all([1, 2].map((workers) => createPool({ workers, model: writeModel(model), dataset })));
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
});

test("an update is explained by made-up examples, on which the current model is trained", async () => {
  const [pool] = pools;
  const job = jobOf(0);
  const inverter = await createInverter({ model, ...size });
  const found = await inverter.invert(job);
  const expected = await inverter.replay({ ...found, start: job.current, stepSize: job.stepSize });
  await inverter.close();
  expect(await pool?.convert(job)).toMatchObject({ params: expected, distance: found.distance });
  expect(expected).not.toEqual(job.current);
});

test("conversions give the same bits with one worker and with two", async () => {
  const clients = [0, 1, 2, 3];
  const results = await Promise.all(pools.map((pool) => Promise.all(clients.map((k) => pool.convert(jobOf(k))))));
  const [first, second] = results.map((converted) => converted.map((result) => ({ ...result, wallSeconds: 0 })));
  expect(second).toEqual(first);
});

test("what does not fit is refused", async () => {
  const [pool] = pools;
  const short = new Float32Array(3);
  await expect(pool?.convert(jobOf(0, { current: short }))).rejects.toMatchObject({ code: "data-invalid" });
  await expect(pool?.convert(jobOf(0, { trained: short }))).rejects.toMatchObject({ code: "data-invalid" });
  await expect(pool?.convert(jobOf(0, { steps: 99 }))).rejects.toMatchObject({ code: "option-invalid" });
  await expect(pool?.convert(jobOf(0, { iterations: 0 }))).rejects.toMatchObject({ code: "option-invalid" });
  const aborted = AbortSignal.abort(new Error("no longer wanted"));
  await expect(pool?.convert(jobOf(0, { signal: aborted }))).rejects.toThrow("no longer wanted");
});

test("a model that is not trained for classes is refused by the name of its loss", async () => {
  const numbers = { ...dataset, train: numbersOf(dataset.train), test: numbersOf(dataset.test) };
  const pool = await createPool({
    workers: 1,
    model: writeModel(model),
    dataset: numbers,
    objective: meanSquaredError(),
  });
  await expect(pool.convert(jobOf(0))).rejects.toMatchObject({
    code: "model-unsupported",
    message: expect.stringContaining('"mean-squared-error"'),
  });
  await pool.close();
});

function numbersOf(examples: Examples): Examples {
  const targets = { shape: [3], values: new Float32Array(3 * examples.count) };
  return { ...examples, labels: new Uint8Array(0), classes: 0, targets };
}

test("an iteration costs more than the steps that it writes out, and more with every step", () => {
  const flops = [1, 2, 3].map((steps) => inversionFlops(model, { examples: 3, steps }));
  const training = 2 * 3 * (4 * 6 + 6 * 3);
  expect(flops[0]).toBeGreaterThan(3 * training);
  expect(flops[1]).toBeGreaterThan(1.5 * (flops[0] ?? Infinity));
  expect(flops[2]).toBeGreaterThan(1.2 * (flops[1] ?? Infinity));
});
