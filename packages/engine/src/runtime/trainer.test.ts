import { evaluate, type Layout, present, rootKey, type Solver, solver, tensorOf } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import type { Model } from "../graph/graph.ts";
import { type Batches, planBatches } from "../training/batches.ts";
import { initialParams, layoutOfModel } from "../training/parameters.ts";
import type { LocalTask, Trained } from "./run-training.ts";
import { createTrainer, type TrainerOptions } from "./trainer.ts";

const INPUTS = 3;
const CLASSES = 4;
const ROWS = 10;
const key = rootKey(5);
const linear = mlp({ inputs: INPUTS, hidden: [], classes: CLASSES, key });
const deep = mlp({ inputs: INPUTS, hidden: [8], classes: CLASSES, key });
const sgd = solver.sgd({ learningRate: 0.3 });

/** Ten rows that a model can learn: the class shows in the features. */
function taskFor(
  model: Model,
  work = { epochs: 2, batchSize: 4 },
): LocalTask & Required<Omit<LocalTask, "drift" | "part">> {
  const features = Float32Array.from(
    { length: ROWS * INPUTS },
    (_, at) => Math.sin(at) + (Math.floor(at / INPUTS) % CLASSES),
  );
  const targets = Uint8Array.from({ length: ROWS }, (_, row) => row % CLASSES);
  return { params: initialParams(model), features, targets, batches: planBatches(key, ROWS, work) };
}

async function train(options: TrainerOptions, ...tasks: readonly LocalTask[]): Promise<Trained> {
  const trainer = await createTrainer(options);
  const results: Trained[] = [];
  for (const task of tasks) results.push(await trainer.train(task));
  await trainer.close();
  return present(results.at(-1), "a result");
}

/** Features or parameters that only JavaScript without types can give. */
function unchecked(values: unknown): Float32Array {
  // oxlint-disable-next-line potluck/no-type-assertion -- what the types rule out comes from JavaScript without types
  return values as Float32Array;
}

/** Batch k of a task alone. */
function only({ order, starts, ends, seeds }: Batches, k: number): Batches {
  return { order, starts: starts.slice(k, k + 1), ends: ends.slice(k, k + 1), seeds: seeds.slice(k, k + 1) };
}

describe("against the formulas", () => {
  const solvers: readonly (readonly [string, Solver])[] = [
    ["sgd", sgd],
    ["sgd with momentum and weight decay", solver.sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 })],
    ["fedProx", solver.fedProx({ learningRate: 0.1, mu: 0.5 })],
    ["adam", solver.adam({ learningRate: 0.1 })],
  ];

  test.each(solvers)(
    "%s trains a linear model as plain arithmetic does, the smaller last batch included",
    async (_, rule) => {
      const task = taskFor(linear);
      const expected = reference(rule, layoutOfModel(linear), task);
      const trained = await train({ model: linear, solver: rule }, task);
      expect(trained.steps).toBe(6);
      expect(trained.meanLoss).toBeCloseTo(expected.meanLoss, 5);
      expected.params.forEach((value, i) => expect(trained.params[i]).toBeCloseTo(value, 4));
    },
  );

  /** Training of softmax regression, written out: the gradient in float64, the solver's rule interpreted. */
  function reference(
    rule: Solver,
    layout: Layout,
    { params: anchor, features, targets, batches }: LocalTask & Required<Omit<LocalTask, "drift" | "part">>,
  ) {
    let params = anchor;
    let state: Readonly<Record<string, Float32Array>> = Object.fromEntries(
      rule.slots.map((slot) => [slot, new Float32Array(anchor.length)]),
    );
    let lossSum = 0;
    for (let k = 0; k < batches.starts.length; k++) {
      const rows = Array.from(batches.order.subarray(Number(batches.starts[k]), Number(batches.ends[k])), Number);
      const { loss, gradient } = softmaxRegression(layout, params, { features, targets }, rows);
      lossSum += loss;
      const bindings = { tensors: { gradient, params, anchor, ...state }, step: k + 1 };
      const next = (expression: Parameters<typeof evaluate>[0]) => evaluate(expression, bindings, anchor.length);
      params = next(rule.step.params);
      state = Object.fromEntries(Object.entries(rule.step.state).map(([slot, expression]) => [slot, next(expression)]));
    }
    return { params, meanLoss: lossSum / batches.starts.length };
  }

  /** The mean over `rows` of −ln softmax(W x + b)[label], and its gradient (p − onehot(label)) xᵀ, p − onehot(label). */
  function softmaxRegression(
    layout: Layout,
    params: Float32Array,
    { features, targets }: Pick<LocalTask & Required<Omit<LocalTask, "drift" | "part">>, "features" | "targets">,
    rows: readonly number[],
  ) {
    const gradient = new Float32Array(params.length);
    const [weights, bias] = layout.map((slot) => tensorOf(params, slot));
    const [weightGradient, biasGradient] = layout.map((slot) => tensorOf(gradient, slot));
    let loss = 0;
    for (const row of rows) {
      const x = Array.from({ length: INPUTS }, (_, i) => features[row * INPUTS + i] ?? 0);
      const scores = Array.from({ length: CLASSES }, (_, c) =>
        x.reduce((sum, value, i) => sum + value * (weights?.[c * INPUTS + i] ?? 0), bias?.[c] ?? 0),
      );
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      scores.forEach((score, c) => {
        const isLabel = c === targets[row];
        const d = (Math.exp(score) / total - (isLabel ? 1 : 0)) / rows.length;
        if (isLabel) loss -= Math.log(Math.exp(score) / total) / rows.length;
        x.forEach((value, i) => increase(weightGradient, c * INPUTS + i, d * value));
        increase(biasGradient, c, d);
      });
    }
    return { loss, gradient };
  }

  function increase(values: Float32Array | undefined, at: number, by: number): void {
    values?.fill((values[at] ?? 0) + by, at, at + 1);
  }
});

test("the same task gives the same bits, also from a trainer that was used before", async () => {
  const [task, other] = [taskFor(deep), taskFor(deep, { epochs: 1, batchSize: 3 })];
  const first = await train({ model: deep, solver: sgd }, task);
  const again = await train({ model: deep, solver: sgd }, other, task);
  expect({ ...again, executingSeconds: 0 }).toEqual({ ...first, executingSeconds: 0 });
});

test("K steps in one call equal K calls of one step, bit for bit", async () => {
  const task = taskFor(deep);
  const together = await train({ model: deep, solver: sgd }, task);
  const trainer = await createTrainer({ model: deep, solver: sgd });
  let params = task.params;
  for (let k = 0; k < task.batches.starts.length; k++) {
    ({ params } = await trainer.train({ ...task, params, batches: only(task.batches, k) }));
  }
  await trainer.close();
  expect(params).toEqual(together.params);
});

test("FedProx without a pull is plain descent, bit for bit", async () => {
  const task = taskFor(deep);
  const plain = await train({ model: deep, solver: sgd }, task);
  const proximal = await train({ model: deep, solver: solver.fedProx({ learningRate: 0.3, mu: 0 }) }, task);
  expect(proximal.params).toEqual(plain.params);
});

test("momentum 0 and weight decay 0 change nothing, bit for bit", async () => {
  const task = taskFor(deep);
  const plain = await train({ model: deep, solver: sgd }, task);
  const without = solver.sgd({ learningRate: 0.3, momentum: 0, weightDecay: 0 });
  expect((await train({ model: deep, solver: without }, task)).params).toEqual(plain.params);
});

test("a model of an older operator set is trained in that set", async () => {
  const task = taskFor(deep);
  const older = await train({ model: { ...deep, opsets: new Map([["", 13]]) }, solver: sgd }, task);
  expect(older.params).toEqual((await train({ model: deep, solver: sgd }, task)).params);
});

test("training reduces the loss", async () => {
  const short = await train({ model: deep, solver: sgd }, taskFor(deep, { epochs: 1, batchSize: 5 }));
  const long = await train({ model: deep, solver: sgd }, taskFor(deep, { epochs: 100, batchSize: 5 }));
  expect(long.meanLoss).toBeLessThan(short.meanLoss / 2);
});

test("training changes neither the parameters it is given nor the examples", async () => {
  const task = taskFor(deep);
  const before = structuredClone(task);
  await train({ model: deep, solver: sgd }, task);
  expect(task).toEqual(before);
});

test("features stored as bytes train like the same features as floats, bit for bit", async () => {
  const task = taskFor(linear);
  const bytes = Uint8Array.from(task.features, (value) => Math.round(60 * (value + 1)));
  const scale = Math.fround(1 / 255);
  const stored = await train(
    { model: linear, solver: sgd, features: { dataType: "uint8", scale: 1 / 255 } },
    { ...task, features: bytes },
  );
  const plain = await train(
    { model: linear, solver: sgd },
    { ...task, features: Float32Array.from(bytes, (b) => b * scale) },
  );
  expect(stored.params).toEqual(plain.params);
});

describe("faults", () => {
  const task = taskFor(linear);
  const invalid = expect.objectContaining({ code: "data-invalid" });
  const bent = (batches: Partial<Batches>): LocalTask & Required<Omit<LocalTask, "drift" | "part">> => ({
    ...task,
    batches: { ...task.batches, ...batches },
  });

  test.each<[string, LocalTask]>([
    ["parameters of another model", { ...task, params: new Float32Array(3) }],
    ["parameters of another type", { ...task, params: unchecked(Float64Array.from(task.params)) }],
    ["too few features", { ...task, features: task.features.subarray(1) }],
    ["features of another type", { ...task, features: new Uint8Array(ROWS * INPUTS) }],
    ["a label that is no class", { ...task, targets: Uint8Array.from({ length: ROWS }, () => CLASSES) }],
    ["a label that is not whole", { ...task, targets: Array.from({ length: ROWS }, () => 0.5) }],
    ["a row that is not there", bent({ order: BigInt64Array.from({ length: 20 }, () => BigInt(ROWS)) })],
    ["a negative row", bent({ order: BigInt64Array.from({ length: 20 }, () => -1n) })],
    ["an empty batch", bent({ ends: task.batches.starts })],
    ["a batch past the end", bent({ order: task.batches.order.subarray(1) })],
    ["no batches", bent({ starts: new BigInt64Array(0), ends: new BigInt64Array(0) })],
    ["batches without ends", bent({ ends: task.batches.ends.subarray(1) })],
  ])("%s is refused", async (_, wrong) => {
    await expect(train({ model: linear, solver: sgd }, wrong)).rejects.toEqual(invalid);
  });

  test("training that leaves the finite numbers is reported as such", async () => {
    const wild = solver.sgd({ learningRate: 1e38 });
    const failure = expect.objectContaining({
      code: "training-failed",
      message: expect.stringMatching(/in step \d of 6: ".*" and perhaps others/u),
      remedy: expect.stringContaining("learning rate"),
    });
    await expect(train({ model: linear, solver: wild }, task)).rejects.toEqual(failure);
  });

  test("parameters that are not finite are named as the cause", async () => {
    const { name, offset } = present(layoutOfModel(linear)[1], "the bias");
    const failure = expect.objectContaining({
      code: "training-failed",
      message: `the parameters that were given are not finite: element 2 of "${name}" is NaN`,
    });
    const params = task.params.with(offset + 2, Number.NaN);
    await expect(train({ model: linear, solver: sgd }, { ...task, params })).rejects.toEqual(failure);
  });

  test("a trainer that was closed says so, and may be closed again", async () => {
    const trainer = await createTrainer({ model: linear, solver: sgd });
    const last = trainer.train(task);
    await Promise.all([trainer.close(), trainer.close()]);
    expect((await last).steps).toBe(6);
    const failure = expect.objectContaining({ code: "training-failed", message: expect.stringContaining("closed") });
    await expect(trainer.train(task)).rejects.toEqual(failure);
  });
});

describe("is refused before anything is derived", () => {
  test("a model of which nothing is left to train", async () => {
    const fault = expect.objectContaining({
      code: "option-invalid",
      message: expect.stringContaining("freeze: nothing is left to train"),
    });
    await expect(createTrainer({ model: linear, solver: sgd, parameters: { freeze: ["*"] } })).rejects.toThrow(fault);
    expect(() => layoutOfModel(linear, { freeze: ["*"] })).toThrow(fault);
  });

  test.each([
    [
      "the name and options of a solver",
      { name: "sgd", options: { learningRate: 0.1 } },
      'the name and options of "sgd"',
    ],
    ["no solver", undefined, "not undefined"],
  ])("%s instead of a solver", async (_, given, message) => {
    const options = { model: linear, solver: given };
    // @ts-expect-error -- as a program in JavaScript may call it
    await expect(createTrainer(options)).rejects.toThrow(
      expect.objectContaining({
        code: "option-invalid",
        message: expect.stringContaining(message),
        remedy: expect.stringContaining("solver.sgd({ learningRate: 0.05 })"),
      }),
    );
  });
});
