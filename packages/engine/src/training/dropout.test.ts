import { rootKey, solver } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor, scalarTensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { createEvaluator } from "../runtime/evaluator.ts";
import { createTrainer } from "../runtime/trainer.ts";
import { planBatches } from "./batches.ts";
import { appendDropout } from "./dropout.ts";
import { initialParams } from "./parameters.ts";

const ELEMENTS = 20_000;

/** What dropout nodes number 0 and 1 make of ones, for one seed after another. */
async function dropped(
  ratio: number,
  seeds: readonly number[],
): Promise<readonly (readonly [Float32Array, Float32Array])[]> {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["rows", 10] });
  const seed = graph.input({ name: "seed", dataType: "int64", shape: [] });
  for (const place of [0, 1]) {
    const output = `y${place}`;
    const node = { name: output, operator: "Dropout", domain: "", inputs: [x], outputs: [output], attributes: {} };
    appendDropout(graph, { node, place, ratio, seed });
  }
  const session = await InferenceSession.create(writeModel(standardModel(graph.build("dropout", ["y0", "y1"]))));
  const ones = new Tensor("float32", new Float32Array(ELEMENTS).fill(1), [ELEMENTS / 10, 10]);
  const results: (readonly [Float32Array, Float32Array])[] = [];
  for (const value of seeds) {
    const [y0, y1] = [new Float32Array(ELEMENTS), new Float32Array(ELEMENTS)];
    const shape = [ELEMENTS / 10, 10];
    const feeds = { x: ones, seed: new Tensor("int64", BigInt64Array.of(BigInt(value)), []) };
    await session.run(feeds, { y0: new Tensor("float32", y0, shape), y1: new Tensor("float32", y1, shape) });
    results.push([y0, y1]);
  }
  await session.release();
  return results;
}

const share = (values: Float32Array): number => values.filter((value) => value === 0).length / values.length;

/** The correlation of what is dropped here and there. */
function correlation(a: Float32Array, b: Float32Array): number {
  const [meanA, meanB] = [share(a), share(b)];
  const both = a.filter((value, at) => value === 0 && b[at] === 0).length / a.length;
  return (both - meanA * meanB) / Math.sqrt(meanA * (1 - meanA) * meanB * (1 - meanB));
}

test.each([0.1, 0.5, 0.9])("the share %f is dropped, and the rest is scaled so that the mean stays", async (ratio) => {
  const [[y] = []] = await dropped(ratio, [7]);
  const values = y ?? new Float32Array(0);
  const deviation = Math.sqrt((ratio * (1 - ratio)) / ELEMENTS);
  expect(Math.abs(share(values) - ratio)).toBeLessThan(5 * deviation);
  expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / (1 - ratio))]));
});

test("a seed drops the same again, and neighbouring seeds, nodes and rows have nothing in common", async () => {
  const [first, again, next] = await dropped(0.5, [123, 123, 124]);
  if (first === undefined || again === undefined || next === undefined) throw new Error("three results");
  expect(again).toEqual(first);
  const bound = 5 / Math.sqrt(ELEMENTS);
  expect(Math.abs(correlation(first[0], next[0]))).toBeLessThan(bound);
  expect(Math.abs(correlation(first[0], first[1]))).toBeLessThan(bound);
  for (const lag of [1, 2, 10]) {
    const shifted = Float32Array.from(first[0], (_, at) => first[0][(at + lag) % ELEMENTS] ?? 0);
    expect(Math.abs(correlation(first[0], shifted))).toBeLessThan(bound);
  }
});

/** Scores of two classes from two features, half of which are dropped. */
function dropoutModel() {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
  const ratio = graph.constant(scalarTensor("float32", 0.5));
  const training = graph.constant(scalarTensor("bool", 1));
  const half = "half";
  graph.append({
    name: half,
    operator: "Dropout",
    domain: "",
    inputs: [x, ratio, training],
    outputs: [half],
    attributes: {},
  });
  const w = graph.initializer("w", float32Tensor([2, 2], [1, 0, 0, 1]));
  return standardModel(graph.build("dropout", [graph.add("MatMul", [half, w])]));
}

test("a trained model depends on the key of its task alone, and evaluation drops nothing", async () => {
  const model = dropoutModel();
  const data = { features: Float32Array.of(1, 2, 3, 4, 5, 6), targets: [0, 1, 0] };
  const trainer = await createTrainer({ model, solver: solver.sgd({ learningRate: 0.1 }) });
  const train = async (key: number): Promise<Float32Array> => {
    const batches = planBatches(rootKey(key), 3, { epochs: 4, batchSize: 3 });
    return (await trainer.train({ params: initialParams(model), ...data, batches })).params;
  };
  const [first, other, again] = [await train(1), await train(2), await train(1)];
  await trainer.close();
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  const evaluator = await createEvaluator({ model });
  const { lossSum } = await evaluator.evaluate({ params: initialParams(model), ...data });
  await evaluator.close();
  // Logits are the features: (1, 2), (3, 4), (5, 6) with labels 0, 1, 0.
  expect(lossSum).toBeCloseTo(2 * Math.log1p(Math.E) + Math.log1p(1 / Math.E), 5);
});
