/** Inversion of local training: its derivative against finite differences, and that it finds what explains an update. */
import { elementCount, fold, type Key, normals, present, rootKey, solver } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { conv2d } from "../builder/convolution.ts";
import { dense } from "../builder/dense.ts";
import { batchNorm } from "../builder/normalisation.ts";
import { averagePool2d, dropout, flatten, maxPool2d, relu, tanh } from "../builder/plain-layers.ts";
import { mlp, sequential } from "../builder/sequential.ts";
import type { Model } from "../graph/graph.ts";
import { standardForm } from "../import/standard-form.ts";
import { softCrossEntropy } from "../objective/soft-cross-entropy.ts";
import { inversionProgram } from "../training/inversion-graph.ts";
import {
  goalInput,
  INVERSION,
  type InversionProgram,
  type InversionSize,
  shareInput,
} from "../training/inversion-program.ts";
import { planBatches } from "../training/batches.ts";
import { initialParams } from "../training/parameters.ts";
import { parameterFeeds, parameterTensors } from "./feeds.ts";
import { createInverter } from "./inverter.ts";
import { openSession } from "./session.ts";
import { float32 } from "./tensor.ts";
import { createTrainer } from "./trainer.ts";

const key = rootKey(7);
const STEP_SIZE = 0.1;

const smoothMlp = sequential({ input: [6], layers: [dense({ units: 5 }), tanh(), dense({ units: 3 })], key });
const smoothCnn = sequential({
  input: [1, 6, 6],
  layers: [conv2d({ filters: 2, kernel: 3 }), tanh(), averagePool2d({ size: 2 }), flatten(), dense({ units: 3 })],
  key,
});

interface Point {
  readonly features: Float32Array;
  readonly labels: Float32Array;
}

/** The distance at a point and its derivative, every coordinate of the parameters counted. */
async function distanceAt(program: InversionProgram, params: Float32Array, goal: Float32Array) {
  const { layout, examples, exampleShape, labelShape } = program;
  const session = await openSession(program.model);
  const fixed = {
    ...parameterFeeds(layout, params),
    ...parameterTensors(layout, goal, goalInput),
    ...parameterTensors(layout, params.slice().fill(1), shareInput),
    [INVERSION.rate]: float32(Float32Array.of(0.5), []),
  };
  const shapes = { features: [examples, ...exampleShape], labels: [examples, ...labelShape] };
  const at = async ({ features, labels }: Point) => {
    const distance = new Float32Array(1);
    const gradient = { features: features.slice(), labels: labels.slice() };
    await session.run(
      {
        ...fixed,
        [INVERSION.features]: float32(features, shapes.features),
        [INVERSION.labels]: float32(labels, shapes.labels),
      },
      {
        [INVERSION.distance]: float32(distance, []),
        [INVERSION.featureGradient]: float32(gradient.features, shapes.features),
        [INVERSION.labelGradient]: float32(gradient.labels, shapes.labels),
      },
    );
    return { distance: distance[0] ?? Number.NaN, gradient };
  };
  return { at, close: session.close };
}

function drawn(purpose: string, length: number): Float32Array {
  return Float32Array.from(normals(fold(key, purpose), length));
}

function moved(values: Float32Array, along: Float32Array, step: number): Float32Array {
  return values.map((x, i) => x + step * (along[i] ?? 0));
}

function inner(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}

describe("the distance that training on made-up examples leaves has the derivative of finite differences", () => {
  test.each([
    ["an mlp", smoothMlp, 1],
    ["an mlp", smoothMlp, 4],
    ["a cnn", smoothCnn, 3],
  ])("for %s, %#", async (_, model: Model, steps: number) => {
    const program = inversionProgram(standardForm(model, {}), { examples: 4, steps });
    const params = initialParams(model);
    // So far away that no coordinate passes its goal.
    const goal = params.map((x, i) => x + (i % 2 === 0 ? 3 : -3));
    const { at, close } = await distanceAt(program, params, goal);
    const features = drawn("features", 4 * elementCount(program.exampleShape));
    const labels = drawn("labels", 4 * 3);
    const { gradient } = await at({ features, labels });
    for (const which of ["features", "labels"] as const) {
      const drawnAlong = drawn(`along ${which}`, which === "features" ? features.length : labels.length);
      const along = drawnAlong.map((x) => x / Math.hypot(...drawnAlong));
      const step = 1 / 16;
      const points = [step, -step].map((h) => ({
        features: which === "features" ? moved(features, along, h) : features,
        labels: which === "labels" ? moved(labels, along, h) : labels,
      }));
      const [above, below] = await Promise.all(points.map((point) => at(point)));
      const estimated = (present(above, "above").distance - present(below, "below").distance) / (2 * step);
      const derived = inner(gradient[which], along);
      // The distance is a sum of about 3 for each of some 50 parameters: float32 has it to 1e-5, its slope to 1e-5 ÷ 2h.
      expect(Math.abs(derived - estimated)).toBeLessThan(0.01 * Math.hypot(...gradient[which]));
      expect(Math.hypot(...gradient[which])).toBeGreaterThan(0.1);
    }
    await close();
  });
});

/** Where full-batch steps on known examples lead, and from where. */
async function known(model: Model, { examples, steps }: InversionSize) {
  const { exampleShape } = inversionProgram(standardForm(model, {}), { examples, steps });
  const start = initialParams(model);
  const trainer = await createTrainer({
    model,
    solver: solver.sgd({ learningRate: STEP_SIZE }),
    objective: softCrossEntropy(),
  });
  const { train, close } = trainer;
  const features = drawn("known", examples * elementCount(exampleShape));
  const targets = Float32Array.from({ length: examples * 3 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 2));
  const batches = planBatches(key, examples, { steps, batchSize: examples });
  const { params: trained } = await train({ params: start, features, targets, batches });
  await close();
  return { start, trained };
}

function relativeError(
  found: Float32Array,
  { start, trained }: { start: Float32Array; trained: Float32Array },
): number {
  const gone = Math.hypot(...trained.map((x, i) => x - (start[i] ?? 0)));
  return Math.hypot(...trained.map((x, i) => x - (found[i] ?? 0))) / gone;
}

function searchOf(searchKey: Key) {
  return { stepSize: STEP_SIZE, iterations: 300, learningRate: 0.1, topShare: 1, key: searchKey };
}

describe("inverting an update that was made from known examples", () => {
  const plainMlp = mlp({ inputs: 6, hidden: [32], classes: 3, key });
  const plainCnn = sequential({
    input: [1, 6, 6],
    layers: [conv2d({ filters: 2, kernel: 3 }), relu(), maxPool2d({ size: 2 }), flatten(), dense({ units: 3 })],
    key,
  });

  test.each([
    ["an mlp", plainMlp],
    ["a cnn", plainCnn],
  ])("finds examples on which training does the same, of %s", async (_, model) => {
    const update = await known(model, { examples: 4, steps: 3 });
    const inverter = await createInverter({ model, examples: 4, steps: 3 });
    const found = await inverter.invert({ ...update, ...searchOf(key) });
    const first = await inverter.invert({ ...update, ...searchOf(key), iterations: 1 });
    const replayed = await inverter.replay({ start: update.start, stepSize: STEP_SIZE, ...found });
    await inverter.close();
    expect(found.distance).toBeLessThan(0.1);
    expect(first.distance).toBeGreaterThan(10 * found.distance);
    expect(relativeError(replayed, update)).toBeLessThan(0.15);
  });

  test("counts only the coordinates that moved most, where that is asked for", async () => {
    const update = await known(plainMlp, { examples: 4, steps: 3 });
    const inverter = await createInverter({ model: plainMlp, examples: 4, steps: 3 });
    const errorWith = async (topShare: number): Promise<number> => {
      const found = await inverter.invert({ ...update, ...searchOf(key), topShare });
      const { start } = update;
      return relativeError(await inverter.replay({ start, stepSize: STEP_SIZE, ...found }), update);
    };
    // Four of 323 parameters say next to nothing of the others.
    expect(await errorWith(0.01)).toBeGreaterThan(5 * (await errorWith(1)));
    await inverter.close();
  });

  test("gives the same bits for the same key, and others for another", async () => {
    const update = await known(plainMlp, { examples: 4, steps: 3 });
    const inverter = await createInverter({ model: plainMlp, examples: 4, steps: 3 });
    const search = (searchKey: Key) => inverter.invert({ ...update, ...searchOf(searchKey), iterations: 5 });
    const first = await search(key);
    expect(await search(key)).toEqual(first);
    expect((await search(rootKey(6))).features).not.toEqual(first.features);
    await inverter.close();
  });

  test("that changed nothing finds a distance that is finite", async () => {
    const start = initialParams(plainMlp);
    const inverter = await createInverter({ model: plainMlp, examples: 2, steps: 1 });
    const { distance } = await inverter.invert({ start, trained: start, ...searchOf(key), iterations: 3 });
    expect(Number.isFinite(distance)).toBe(true);
    await inverter.close();
  });
});

describe("what cannot be inverted is refused", () => {
  test.each([
    ["dropout", [dense({ units: 4 }), dropout({ rate: 0.5 }), dense({ units: 3 })], "drops at random"],
    ["statistics of batches", [dense({ units: 4 }), batchNorm(), dense({ units: 3 })], "keeps statistics"],
    ["a single number to predict", [dense({ units: 1 })], "2 classes or more"],
  ])("a model with %s", async (_, layers, message) => {
    const model = sequential({ input: [4], layers, key });
    await expect(createInverter({ model, examples: 2, steps: 1 })).rejects.toMatchObject({
      code: "model-unsupported",
      message: expect.stringContaining(message),
    });
  });

  test.each([
    [{ examples: 0, steps: 1 }, "examples"],
    [{ examples: 2, steps: 33 }, "steps"],
    [{ examples: 2.5, steps: 1 }, "examples"],
  ])("a size like %o", async (size, message) => {
    await expect(createInverter({ model: smoothMlp, ...size })).rejects.toMatchObject({
      code: "option-invalid",
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ["iterations", { iterations: 0 }],
    ["learningRate", { learningRate: 0 }],
    ["stepSize", { stepSize: Infinity }],
    ["topShare", { topShare: 1.5 }],
  ])("a search whose %s is out of range", async (name, wrong) => {
    const start = initialParams(smoothMlp);
    const inverter = await createInverter({ model: smoothMlp, examples: 2, steps: 1 });
    const search = inverter.invert({ start, trained: start, ...searchOf(key), ...wrong });
    await expect(search).rejects.toMatchObject({ code: "option-invalid", message: expect.stringContaining(name) });
    await inverter.close();
  });

  test("parameters that are not finite", async () => {
    const start = initialParams(smoothMlp);
    const inverter = await createInverter({ model: smoothMlp, examples: 2, steps: 3 });
    const lost = inverter.invert({ start, trained: start.map(() => Number.NaN), ...searchOf(key) });
    await expect(lost).rejects.toMatchObject({ code: "training-failed" });
    const overflowing = inverter.invert({ start, trained: start, ...searchOf(key), stepSize: 3e38, iterations: 2 });
    await expect(overflowing).rejects.toMatchObject({ code: "training-failed" });
    await inverter.close();
  });
});
