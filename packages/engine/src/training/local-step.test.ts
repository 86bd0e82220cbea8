import { type Expression, expression, rootKey, type Solver, solver } from "@potluck/core";
import { expect, test } from "vitest";
import { dense } from "../builder/dense.ts";
import { dropout } from "../builder/plain-layers.ts";
import { sequential } from "../builder/sequential.ts";
import { createExampleGradients } from "../runtime/example-gradients.ts";
import { createTrainer } from "../runtime/trainer.ts";
import { type Batches, planBatches } from "./batches.ts";
import { initialParams, layoutOfModel } from "./parameters.ts";

const { add, clippedGradient, divide, gradientAt, multiply, norm, subtract, tensor } = expression;

const ROWS = 6;
/** Softmax regression of 3 features and 4 classes: its weights [4, 3] and bias [4]. */
const model = sequential({ input: [3], layers: [dense({ units: 4 })], key: rootKey(1) });
const [weight, bias] = layoutOfModel(model).map(({ name }) => name);

/** The parameters after three steps, each on the six examples. */
async function trained(rule: Solver): Promise<Float32Array> {
  const trainer = await createTrainer({ model, solver: rule });
  const task = { params: start(), features: features(), targets: TARGETS, batches: wholeBatches(3) };
  const { params: after } = await trainer.train(task);
  await trainer.close();
  return after;
}

const TARGETS = Array.from({ length: ROWS }, (_, row) => row % 4);

function features(): Float32Array {
  return Float32Array.from({ length: 3 * ROWS }, (_, i) => ((7 * i + 3) % 11) / 5 - 1);
}

/** Weights and bias before the first step. */
function start(): Float32Array {
  const weights = Array.from({ length: 12 }, (_, i) => ((5 * i + 2) % 13) / 13 - 0.5);
  return Float32Array.from([...weights, 0.1, -0.2, 0.3, 0]);
}

function wholeBatches(steps: number): Batches {
  return {
    order: BigInt64Array.from({ length: steps * ROWS }, (_, i) => BigInt(i % ROWS)),
    starts: BigInt64Array.from({ length: steps }, (_, k) => BigInt(k * ROWS)),
    ends: BigInt64Array.from({ length: steps }, (_, k) => BigInt((k + 1) * ROWS)),
    seeds: new BigInt64Array(steps),
  };
}

const [params, gradient] = [tensor("params"), tensor("gradient")];
const uphill = add(params, multiply(0.05, divide(gradient, norm(gradient))));

// What PyTorch 2.13 gets in float64 with clip_grad_norm_, CosineAnnealingLR and parameter groups.
test.each<[string, Solver, readonly number[]]>([
  [
    "clipping, momentum, weight decay and a cosine schedule",
    solver.sgd({ learningRate: 0.5, momentum: 0.9, weightDecay: 0.01, clipNorm: 0.2, schedule: "cosine" }),
    [
      -0.196389003, 0.086163639, 0.403807092, -0.131222726, 0.206295133, -0.465583781, -0.099484746, 0.277987124,
      -0.207509053, -0.027300606, -0.494713049, -0.109378492, 0.174728677, -0.114385227, 0.144899855, -0.008337903,
    ],
  ],
  [
    "Adam with clipping and weight decay",
    solver.adam({ learningRate: 0.05, weightDecay: 0.01, clipNorm: 0.2 }),
    [
      -0.195922544, 0.188176084, 0.27656744, -0.042425067, 0.337311747, -0.572322335, -0.188665185, 0.196760464,
      -0.119598211, -0.034791089, -0.351135648, -0.020497715, 0.249186965, -0.050890506, 0.150450025, -0.092349486,
    ],
  ],
  [
    "a bias that learns ten times as fast and does not decay",
    solver.sgd({
      learningRate: 0.1,
      momentum: 0.9,
      weightDecay: 0.1,
      rules: [{ match: bias ?? "", learningRateFactor: 10, weightDecay: 0 }, { match: weight ?? "" }],
    }),
    [
      -0.220941306, 0.064518098, 0.392889558, -0.138832881, 0.188413124, -0.430872735, -0.08425605, 0.293366906,
      -0.219497788, 0.008163005, -0.473653589, -0.105741727, 0.540190576, 0.281607134, -0.562685539, -0.059112172,
    ],
  ],
  [
    "sharpness-aware minimisation",
    { slots: [], step: { params: subtract(params, multiply(0.5, gradientAt(uphill))), state: {} } },
    [
      -0.074130697, 0.126598461, 0.402801941, -0.084147295, 0.219387181, -0.510390185, -0.156343372, 0.238199419,
      -0.168058319, -0.146917097, -0.507261985, -0.108968822, 0.235514881, -0.057009061, 0.038591403, -0.017097223,
    ],
  ],
])("three steps with %s are those of PyTorch", async (_, rule, expected) => {
  const actual = await trained(rule);
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5));
});

test("a step along clipped gradients of examples is that of their sum, taken apart", async () => {
  const rule: Solver = {
    slots: [],
    step: { params: subtract(params, multiply(0.5, clippedGradient(0.8))), state: {} },
  };
  const actual = await trained(rule);
  const gradients = await createExampleGradients({ model, clipNorm: 0.8 });
  let expected = start();
  for (let step = 0; step < 3; step++) {
    const { sum } = await gradients.sum({ params: expected, features: features(), targets: TARGETS });
    expected = expected.map((x, i) => x - (0.5 / ROWS) * (sum[i] ?? Number.NaN));
  }
  await gradients.close();
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 6));
});

test("a second gradient sees the same batch, and dropout that drops the same", async () => {
  const layers = [dense({ units: 16 }), dropout({ rate: 0.5 }), dense({ units: 4 })];
  const random = sequential({ input: [3], layers, key: rootKey(2) });
  const work = { steps: 1, batchSize: 4 };
  const task = { params: initialParams(random), features: features(), targets: TARGETS };
  const after = async (direction: Expression, seed: number): Promise<Float32Array> => {
    const step = { params: subtract(params, multiply(0.5, direction)), state: {} };
    const trainer = await createTrainer({ model: random, solver: { slots: [], step } });
    const result = await trainer.train({ ...task, batches: planBatches(rootKey(seed), ROWS, work) });
    await trainer.close();
    return result.params;
  };
  // In the first step the anchor is where the parameters are.
  expect(await after(gradientAt(tensor("anchor")), 1)).toEqual(await after(gradient, 1));
  expect(await after(gradientAt(tensor("anchor")), 2)).not.toEqual(await after(gradient, 1));
});

test("a layer whose rate is 0 stays as it is, and the others learn as if it were frozen", async () => {
  const still = await trained(
    solver.sgd({ learningRate: 0.1, rules: [{ match: weight ?? "", learningRateFactor: 0 }] }),
  );
  expect(still.subarray(0, 12)).toEqual(start().subarray(0, 12));
  still.subarray(12).forEach((value, i) => expect(value).not.toBe(start()[12 + i]));
});
