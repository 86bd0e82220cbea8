/**
 * The cost model: how long a step of training takes, predicted from the graph after one calibration of this device,
 * against how long it takes. The models are those that PyTorch exported for the engine's tests, and two of full size.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { elementCount, rootKey, solver } from "@potluck/core";
import {
  type Calibration,
  calibrate,
  createTrainer,
  type FeatureFormat,
  fedAvgCnn,
  initialParams,
  type LocalTask,
  mlp,
  type Model,
  planBatches,
  predictedStepSeconds,
  readModel,
} from "@potluck/engine";
import { median } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const FIXTURES = new URL("../packages/engine/fixtures/", import.meta.url);
const BATCH_SIZE = 32;
/** Calibration and models take turns so often, so that a disturbance of some seconds does not hit all turns of one. */
const ROUNDS = 4;
/** Each model is run again and again for so long in each round. */
const MEASURED_SECONDS = 0.6;
/** Steps in one call: many where they are short, so that the call itself does not count. */
const CALL_SECONDS = 0.005;
const RULE = solver.sgd({ learningRate: 0.01 });

const bench: Bench = { name: "cost", run: measured };
export default bench;

async function measured(): Promise<BenchTable> {
  const all = [...models()].map(([name, model]) => measurement(name, model));
  const calibrations: Calibration[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    calibrations.push(await calibrate());
    for (const { model, seconds } of all) seconds.push(...(await stepSeconds(model)));
  }
  const predictions = calibrations.map((calibration) => all.map(({ model }) => predicted(model, calibration)));
  const [best = []] = predictions.toSorted((a, b) => total(a) - total(b));
  const rows = all.map(({ what, seconds }, at) => rowOf(what, seconds, best[at] ?? Number.NaN));
  const errors = rows.map(({ ratio = Number.NaN }) => Math.abs(1 - 1 / ratio));
  return {
    title: `cost: one step of plain descent, batches of ${BATCH_SIZE}, one thread, against its prediction`,
    rows,
    notes: [
      `The prediction differs from the best repetition by ${percent(Math.max(...errors))} at most, by ${percent(median(errors))} in the median.`,
      `Of ${ROUNDS} calibrations the fastest counts, and of each model the best repetition in ${ROUNDS} rounds: both are disturbed the least.`,
    ],
  };
}

function total(seconds: readonly number[]): number {
  return seconds.reduce((sum, each) => sum + each, 0);
}

interface Measurement {
  readonly what: string;
  readonly model: Model;
  readonly seconds: number[];
}

function measurement(what: string, model: Model): Measurement {
  return { what, model, seconds: [] };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

function* models(): Generator<readonly [string, Model]> {
  for (const file of readdirSync(FIXTURES)) {
    if (file.endsWith(".onnx")) yield [file, readModel(readFileSync(new URL(file, FIXTURES)))];
  }
  const key = rootKey(1);
  yield ["MLP 784-200-200-10", mlp({ inputs: 784, hidden: [200, 200], classes: 10, key })];
  yield ["CNN 5x5x32, 5x5x64, fc 512", fedAvgCnn({ key })];
}

function predicted(model: Model, calibration: Calibration): number {
  return predictedStepSeconds(model, { solver: RULE, batchSize: BATCH_SIZE, features: featuresOf(model) }, calibration);
}

function featuresOf(model: Model): FeatureFormat {
  return { dataType: model.graph.inputs[0]?.dataType === "float32" ? "float32" : "int32", scale: 1 };
}

function rowOf(what: string, seconds: readonly number[], prediction: number): BenchRow {
  const best = Math.min(...seconds);
  return {
    what,
    value: 1000 * median(seconds),
    best: 1000 * best,
    unit: "ms",
    ratio: best / prediction,
    peer: `${(1000 * prediction).toPrecision(3)} ms predicted`,
    target: "0.8 to 1.33",
  };
}

/** How long a step took, again and again. */
async function stepSeconds(model: Model): Promise<readonly number[]> {
  const features = featuresOf(model);
  const trainer = await createTrainer({ model, solver: RULE, features });
  const single = taskFor(model, features, 1);
  await trainer.train(single);
  const { executingSeconds } = await trainer.train(single);
  const steps = Math.max(1, Math.round(CALL_SECONDS / executingSeconds));
  const task = taskFor(model, features, steps);
  const seconds: number[] = [];
  const end = performance.now() + 1000 * MEASURED_SECONDS;
  while (performance.now() < end) seconds.push((await trainer.train(task)).executingSeconds / steps);
  await trainer.close();
  return seconds;
}

/** Made-up examples: images with a class each, or tokens with one token after each. */
function taskFor(model: Model, { dataType }: FeatureFormat, steps: number): LocalTask {
  const rows = steps * BATCH_SIZE;
  const perRow = elementCount((model.graph.inputs[0]?.shape ?? []).slice(1).map(Number));
  const [count, whole] = [rows * perRow, dataType === "int32"];
  return {
    params: initialParams(model),
    features: whole
      ? Int32Array.from({ length: count }, (_, at) => at % 10)
      : Float32Array.from({ length: count }, (_, at) => ((at * 7919) % 251) / 251 - 0.5),
    targets: Array.from({ length: whole ? count : rows }, (_, at) => at % 10),
    batches: planBatches(rootKey(1), rows, { epochs: 1, batchSize: BATCH_SIZE }),
  };
}
