import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type Attributes, float, int } from "../graph/attributes.ts";
import type { Dimension } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { layerNormalisationOperators } from "../graph/operators/layer-normalisation.ts";
import { batchNormalized, normalisationOperators } from "../graph/operators/normalisation.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import type { GradientCheck } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";
import { gradientsAt, on, singleOnly, testGradients } from "./operator-checks.ts";

type Shape = readonly number[];

const epsilon: Attributes = { epsilon: float(0.5) };

/** The outputs of a layer normalisation of a, of which `use` makes the result. */
function outputsOf(shape: Shape, use: (graph: GraphBuilder, made: readonly string[]) => string): GradientCheck {
  const build = (graph: GraphBuilder): string => {
    const made = ["y", "mean", "r"];
    const plain = { name: "layer", operator: "LayerNormalization", domain: "", outputs: made };
    graph.append({ ...plain, inputs: ["a", "b", "c"], attributes: epsilon });
    return use(graph, made);
  };
  return { inputs: { a: shape, b: shape.slice(-1), c: shape.slice(-1) }, build };
}

/** A batch normalisation of a in training form. */
function byBatch(shape: Shape): GradientCheck {
  const channels = shape.slice(1, 2);
  return {
    inputs: { a: shape, b: channels, c: channels },
    build: (graph) => {
      batchNormalized(graph, batchNode(["a", "b", "c", "b", "b"]));
      return "y";
    },
  };
}

function batchNode(inputs: readonly string[]): Parameters<typeof batchNormalized>[1] {
  return { name: "norm", operator: "BatchNormalization", domain: "", inputs, outputs: ["y"], attributes: epsilon };
}

describe("batch normalisation", () => {
  const variances = { e: [0.5, 2, 1.5] };
  testGradients(normalisationOperators, {
    BatchNormalization: [
      { ...on("BatchNormalization", [[2, 3, 2, 2], [3], [3], [3], [3]], epsilon), values: variances },
      { ...on("BatchNormalization", [[4, 3], [3], [3], [3], [3]]), values: variances },
      { ...byBatch([3, 2, 2, 2]), precision: "float64" },
      byBatch([5, 3]),
      byBatch([2, 2, 4]),
    ],
  });
});

describe("layer, instance and vector normalisation", () => {
  testGradients(layerNormalisationOperators, {
    InstanceNormalization: [
      { ...on("InstanceNormalization", [[2, 2, 2, 3], [2], [2]], { epsilon: float(0.5) }), ...singleOnly },
      {
        inputs: { a: [2, 2, 4] },
        build: (graph) => {
          const [ones, zeros] = [1, 0].map((number) => graph.constant(float32Tensor([2], [number, number])));
          return graph.add("InstanceNormalization", ["a", ones ?? "", zeros ?? ""], { epsilon: float(0.5) });
        },
        ...singleOnly,
      },
    ],
    // In float64 too its mean and r are float32.
    LayerNormalization: [
      on("LayerNormalization", [[2, 3, 4], [4], [4]], epsilon),
      on("LayerNormalization", [[2, 3, 4], [4]], epsilon),
      on(
        "LayerNormalization",
        [
          [2, 3, 2],
          [3, 2],
          [3, 2],
        ],
        { ...epsilon, axis: int(1) },
      ),
      outputsOf([3, 4], (graph, [y = "", mean = "", r = ""]) => graph.add("Sum", [y, mean, r])),
      outputsOf([3, 4], (graph, [, mean = "", r = ""]) => graph.add("Mul", [mean, r])),
    ].map((check) => ({ ...check, ...singleOnly })),
    LpNormalization: [
      on("LpNormalization", [[2, 3, 2]], { axis: int(1) }),
      on("LpNormalization", [[2, 3]], { p: int(2) }),
      { ...on("LpNormalization", [[2, 3]], { p: int(1) }), values: { a: [1, -2, 0.5, -0.3, 2, 1.5] } },
    ],
  });
});

test("a vector of zeros has no direction: its normalisation passes nothing back", async () => {
  const build = (graph: GraphBuilder): string => graph.add("LpNormalization", ["a"]);
  expect((await gradientsAt(build, { a: [0, 0] }))["a"]).toEqual([0, 0]);
});

/** The running mean and variance after a step of momentum 0.75 over the values of one channel, both 2 before. */
async function statisticsAfter(values: readonly number[], size: Dimension = "batch"): Promise<readonly number[]> {
  const graph = graphBuilder();
  graph.input({ name: "x", dataType: "float32", shape: [size, 1] });
  for (const name of ["scale", "bias", "mean", "variance"]) graph.initializer(name, float32Tensor([1], [2]));
  const attributes = { momentum: float(0.75) };
  const inputs = ["x", "scale", "bias", "mean", "variance"];
  const { mean, variance } = batchNormalized(graph, { ...batchNode(inputs), attributes });
  const model = writeModel(standardModel(graph.build("step", [mean, variance])));
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const results = await session.run({ x: new Tensor("float32", values, [values.length, 1]) });
  return [mean, variance].map((name) => Number(results[name]?.data[0]));
}

describe("batch normalisation in training", () => {
  test("statistics move to the batch's mean and unbiased variance", async () => {
    // mean (1 + 3 + 5 + 7) ÷ 4 = 4, variance (9 + 1 + 1 + 9) ÷ 3 = 20 ÷ 3; 0.75 · 2 + 0.25 · 4 = 2.5, 1.5 + 5 ÷ 3
    const [mean, variance] = await statisticsAfter([1, 3, 5, 7]);
    expect(mean).toBe(2.5);
    expect(variance).toBeCloseTo(1.5 + 5 / 3, 6);
  });

  test("a batch of one value leaves the statistics as they are: nothing can be said of its variance", async () => {
    expect(await statisticsAfter([6])).toEqual([2, 2]);
  });

  test("so does one whose size is known beforehand", async () => {
    expect(await statisticsAfter([6], 1)).toEqual([2, 2]);
    const [mean, variance] = await statisticsAfter([1, 3, 5, 7], 4);
    expect(mean).toBe(2.5);
    expect(variance).toBeCloseTo(1.5 + 5 / 3, 6);
  });

  test("its three gradients take five passes over whole images besides two sums of them", () => {
    const graph = graphBuilder();
    for (const [name, shape] of Object.entries({
      x: [8, 3, 4],
      factor: [8, 3, 4],
      scale: [3],
      bias: [3],
      statistic: [3],
    })) {
      graph.input({ name, dataType: "float32", shape });
    }
    batchNormalized(graph, batchNode(["x", "scale", "bias", "statistic", "statistic"]));
    const output = graph.add("ReduceSum", [graph.add("Mul", ["y", "factor"])], { keepdims: int(0) });
    const known = new Set(graph.nodes());
    appendGradients(graph, { output, withRespectTo: ["x", "scale", "bias"] });
    const added = graph.nodes().filter((node) => !known.has(node) && node.operator !== "Constant");
    const ofImages = added.filter(({ outputs }) => graph.typeOf(outputs[0] ?? "").shape.length === 3);
    expect(ofImages.map(({ operator }) => operator).toSorted()).toEqual([
      "Add",
      "BatchNormalization",
      "BatchNormalization",
      "BatchNormalization",
      "Mul",
    ]);
    expect(added.filter(({ operator }) => operator.startsWith("Reduce"))).toHaveLength(2);
  });
});
