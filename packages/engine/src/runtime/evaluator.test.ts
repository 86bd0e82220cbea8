import { rootKey, solver } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { binaryCrossEntropy } from "../objective/binary-cross-entropy.ts";
import { writeModel } from "../onnx/write.ts";
import { planBatches } from "../training/batches.ts";
import { initialParams, withParams } from "../training/parameters.ts";
import { createEvaluator, type EvaluatorOptions } from "./evaluator.ts";
import { EVALUATION_CHUNK_ROWS, type EvaluationTask } from "./run-evaluation.ts";
import { createTrainer } from "./trainer.ts";

const key = rootKey(3);
const model = mlp({ inputs: 2, hidden: [5], classes: 3, key });

async function evaluate(options: EvaluatorOptions, task: EvaluationTask) {
  const evaluator = await createEvaluator(options);
  try {
    return await evaluator.evaluate(task);
  } finally {
    await evaluator.close();
  }
}

/** As many rows as asked for. */
function taskOf(rows: number): Required<EvaluationTask> {
  return {
    params: initialParams(model),
    features: Float32Array.from({ length: 2 * rows }, (_, at) => Math.sin(at)),
    targets: Uint8Array.from({ length: rows }, (_, row) => (row * row) % 3),
  };
}

/** Scores [w · x, 0] for two classes. */
function scaledInput() {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["rows", 1] });
  const w = graph.initializer("w", float32Tensor([1, 2], [1, 0]));
  return standardModel(graph.build("scaled", [graph.add("MatMul", [x, w])]));
}

test("three examples by hand", async () => {
  // Scores (x, 0) for x = 2, −1, 1 with targets 0, 0, 1: right, wrong, wrong.
  // Losses ln(1 + e^−2), ln(1 + e^1), ln(1 + e^1).
  const params = Float32Array.of(1, 0);
  const task = { params, features: Float32Array.of(2, -1, 1), targets: [0, 0, 1] };
  const { lossSum, ...counts } = await evaluate({ model: scaledInput() }, task);
  expect(lossSum).toBeCloseTo(Math.log1p(Math.exp(-2)) + 2 * Math.log1p(Math.E), 5);
  expect(counts).toEqual({
    examples: 3,
    weightSum: 3,
    correct: 1,
    perClass: [
      { correct: 1, total: 2, accuracy: 0.5 },
      { correct: 0, total: 1, accuracy: 0 },
    ],
  });
});

test("of equal scores the first class is the prediction", async () => {
  const task = { params: Float32Array.of(0, 0), features: Float32Array.of(5, 5), targets: [0, 1] };
  expect((await evaluate({ model: scaledInput() }, task)).perClass).toEqual([
    { correct: 1, total: 1, accuracy: 1 },
    { correct: 0, total: 1, accuracy: 0 },
  ]);
});

test("the counts by class add up to the whole", async () => {
  const { examples, correct, perClass } = await evaluate({ model }, taskOf(100));
  expect(perClass.reduce((sum, { total }) => sum + total, 0)).toBe(examples);
  expect(perClass.reduce((sum, entry) => sum + entry.correct, 0)).toBe(correct);
});

test("rows are evaluated in chunks without being lost or counted twice", async () => {
  const rows = 2 * EVALUATION_CHUNK_ROWS + 1;
  const task = taskOf(rows);
  const whole = await evaluate({ model }, task);
  const single = { ...task, features: task.features.subarray(-2), targets: [(rows - 1) ** 2 % 3] };
  const most = { ...task, features: task.features.subarray(0, -2), targets: Array.from(task.targets).slice(0, -1) };
  const parts = [await evaluate({ model }, most), await evaluate({ model }, single)];
  expect(whole.examples).toBe(rows);
  expect(whole.correct).toBe(parts.reduce((sum, { correct }) => sum + Number(correct), 0));
  expect(whole.lossSum).toBeCloseTo(
    parts.reduce((sum, { lossSum }) => sum + lossSum, 0),
    4,
  );
});

test("the loss is the one that training starts from", async () => {
  const { params, features, targets } = taskOf(12);
  const trainer = await createTrainer({ model, solver: solver.sgd({ learningRate: 0.1 }) });
  const batches = planBatches(key, 12, { epochs: 1, batchSize: 12 });
  const { meanLoss } = await trainer.train({ params, features, targets, batches });
  await trainer.close();
  const { lossSum } = await evaluate({ model }, { params, features, targets });
  expect(lossSum / 12).toBeCloseTo(meanLoss, 5);
});

test("yes or no is told by the sign of a score, and hits are counted without classes", async () => {
  const yesOrNo = mlp({ inputs: 1, hidden: [], classes: 1, key });
  const params = Float32Array.of(2, 0);
  // Scores 2 x: right for x = 1 and −3, wrong for x = −1
  const task = { params, features: Float32Array.of(1, -3, -1), targets: [1, 0, 1] };
  const evaluation = await evaluate({ model: yesOrNo, objective: binaryCrossEntropy() }, task);
  expect(evaluation).toMatchObject({ correct: 2, weightSum: 3, perClass: [] });
});

test("no rows are evaluated to zero", async () => {
  const task = { params: initialParams(model), features: new Float32Array(0), targets: [] };
  expect(await evaluate({ model }, task)).toMatchObject({ examples: 0, lossSum: 0, correct: 0 });
});

test("features stored as bytes are scaled", async () => {
  const plain = { ...taskOf(2), features: Float32Array.of(0, 0.5, 1, 2) };
  const stored = { ...plain, features: Uint8Array.of(0, 1, 2, 4) };
  const features = { dataType: "uint8", scale: 0.5 } as const;
  expect(await evaluate({ model, features }, stored)).toEqual(await evaluate({ model }, plain));
});

test("a loss that is not finite is a fault that names the row", async () => {
  const task = { params: Float32Array.of(3e38, 0), features: Float32Array.of(1, 10), targets: [0, 0] };
  await expect(evaluate({ model: scaledInput() }, task)).rejects.toEqual(
    expect.objectContaining({ code: "training-failed", message: expect.stringContaining("the loss of row 1") }),
  );
});

test("a parameter that is not finite is named", async () => {
  const task = { ...taskOf(4), params: initialParams(model).fill(Number.NaN, 3) };
  await expect(evaluate({ model }, task)).rejects.toEqual(
    expect.objectContaining({ code: "training-failed", message: expect.stringMatching(/element 3 of ".*" is NaN/u) }),
  );
});

test("an evaluator that was closed says so", async () => {
  const evaluator = await createEvaluator({ model });
  await evaluator.close();
  await expect(evaluator.evaluate(taskOf(4))).rejects.toEqual(
    expect.objectContaining({ code: "training-failed", message: expect.stringContaining("closed") }),
  );
});

test("a label that is no class is a fault", async () => {
  const task = { ...taskOf(1), targets: [3] };
  await expect(evaluate({ model }, task)).rejects.toEqual(expect.objectContaining({ code: "data-invalid" }));
});

test("a trained model, written as a file, says in plain ONNX Runtime what was evaluated", async () => {
  const task = taskOf(40);
  const { correct } = await evaluate({ model }, task);
  const session = await InferenceSession.create(writeModel(withParams(model, task.params)));
  const input = new Tensor("float32", Float32Array.from(task.features), [40, 2]);
  const scores = new Float32Array(40 * 3);
  await session.run({ features: input }, { logits: new Tensor("float32", scores, [40, 3]) });
  await session.release();
  const hits = Array.from(task.targets, (label, row) => {
    const ofRow = scores.subarray(3 * row, 3 * row + 3);
    return ofRow.indexOf(Math.max(...ofRow)) === label;
  });
  expect(hits.filter(Boolean)).toHaveLength(Number(correct));
});
