import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { writeModel } from "../../onnx/write.ts";
import { type Attributes, int, ints } from "../attributes.ts";
import { dimensionSize } from "../dimensions.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { graphBuilder } from "../graph-building.ts";
import { standardModel } from "../standard-model.ts";
import { float32Tensor } from "../tensors.ts";

const BATCH = 3;
const padding = (value: string): Attributes => ({ auto_pad: { kind: "string", value } });
const by = (...strides: readonly number[]): Attributes => ({ strides: ints(strides) });

/** x, float32 [batch, 4, 5, 6]. */
function withInput(): GraphBuilder {
  const graph = graphBuilder();
  graph.input({ name: "x", dataType: "float32", shape: ["batch", 4, 5, 6] });
  return graph;
}

function filled(graph: GraphBuilder, ...shape: readonly number[]): string {
  const count = shape.reduce((product, size) => product * size, 1);
  return graph.constant(
    float32Tensor(
      shape,
      Float32Array.from({ length: count }, (_, i) => Math.cos(i)),
    ),
  );
}

const weighted = (operator: string, weights: readonly number[], attributes: Attributes = {}): [string, Use] => [
  `${operator} ${weights.join(" × ")} ${JSON.stringify(Object.entries(attributes).map(([name, { value }]) => [name, value]))}`,
  (graph) => graph.add(operator, ["x", filled(graph, ...weights)], attributes),
];

const pooled = (operator: string, kernel: readonly number[], attributes: Attributes): [string, Use] => [
  `${operator} ${kernel.join(" × ")} ${JSON.stringify(Object.entries(attributes).map(([name, { value }]) => [name, value]))}`,
  (graph) => graph.add(operator, ["x"], { kernel_shape: ints(kernel), ...attributes }),
];

type Use = (graph: GraphBuilder) => string;

const uses: readonly (readonly [string, Use])[] = [
  weighted("Conv", [3, 4, 3, 2], { ...by(2, 1), pads: ints([1, 0, 2, 1]) }),
  weighted("Conv", [8, 2, 2, 2], { group: int(2), dilations: ints([2, 3]) }),
  weighted("Conv", [4, 1, 3, 3], { group: int(4), ...padding("SAME_UPPER"), ...by(2, 2) }),
  weighted("ConvTranspose", [4, 2, 3, 3], { ...by(2, 2), output_padding: ints([1, 0]), pads: ints([1, 1, 0, 1]) }),
  weighted("ConvTranspose", [4, 2, 3, 3], { ...by(2, 3), ...padding("SAME_LOWER") }),
  weighted("ConvTranspose", [4, 1, 3, 3], { group: int(4), ...by(2, 2), output_shape: ints([10, 11]) }),
  ...["MaxPool", "AveragePool"].flatMap((operator) => [
    pooled(operator, [3, 2], { ...by(2, 2), ceil_mode: int(1) }),
    pooled(operator, [3, 3], { ...by(2, 2), pads: ints([1, 1, 1, 1]) }),
    pooled(operator, [3, 2], { ...by(2, 1), ...padding("SAME_LOWER") }),
    pooled(operator, [2, 2], padding("VALID")),
  ]),
  ["GlobalAveragePool", (graph) => graph.add("GlobalAveragePool", ["x"])],
  ["GlobalMaxPool", (graph) => graph.add("GlobalMaxPool", ["x"])],
  ["LpNormalization", (graph) => graph.add("LpNormalization", ["x"], { axis: int(1) })],
  ["LayerNormalization", (graph) => graph.add("LayerNormalization", ["x", filled(graph, 6)])],
  ["the mean of a LayerNormalization", (graph) => further(graph, ["x", filled(graph, 5, 6)], 1)],
  ["r of a LayerNormalization", (graph) => further(graph, ["x", filled(graph, 5, 6)], 2)],
  ["InstanceNormalization", (graph) => graph.add("InstanceNormalization", ["x", filled(graph, 4), filled(graph, 4)])],
  ["MatMul with a matrix", (graph) => graph.add("MatMul", ["x", filled(graph, 6, 2)])],
  ["MatMul with a list", (graph) => graph.add("MatMul", ["x", filled(graph, 6)])],
  ["MatMul with matrices", (graph) => graph.add("MatMul", [filled(graph, 4, 2, 5), "x"])],
  ["MatMul of a list", (graph) => graph.add("MatMul", [filled(graph, 5), "x"])],
  ["Einsum", (graph) => graph.add("Einsum", ["x", filled(graph, 6, 2)], equation("bchw,wk->kbh"))],
];

function further(graph: GraphBuilder, inputs: readonly string[], at: number): string {
  const outputs = ["y", "mean", "r"];
  const attributes = { axis: int(2) };
  graph.append({ name: "layer", operator: "LayerNormalization", domain: "", inputs, outputs, attributes });
  return outputs[at] ?? "";
}

function equation(value: string): Attributes {
  return { equation: { kind: "string", value } };
}

describe("types that rules say are those that ONNX Runtime makes", () => {
  test.each(uses)("%s", async (_, make) => {
    const graph = withInput();
    const y = make(graph);
    const { dataType, shape } = graph.typeOf(y);
    const session = await InferenceSession.create(writeModel(standardModel(graph.build("use", [y]))), {
      logSeverityLevel: 3,
    });
    const x = new Tensor("float32", Float32Array.from({ length: BATCH * 120 }, Math.sin), [BATCH, 4, 5, 6]);
    const result = (await session.run({ x }))[y];
    expect(shape.map((size) => dimensionSize(size, () => BATCH))).toEqual(result?.dims);
    expect(dataType).toBe(result?.type);
  });
});

/** What is refused, and what is said of it. */
const refusals: readonly (readonly [string, Use, string])[] = [
  ["weights of other channels", (graph) => graph.add("Conv", ["x", filled(graph, 2, 3, 1, 1)]), "do not fit an image"],
  [
    "windows larger than the image",
    (graph) => graph.add("Conv", ["x", filled(graph, 2, 4, 7, 1)]),
    "does not fit into",
  ],
  ["an image without spatial axes", (graph) => graph.add("Conv", [filled(graph, 2, 3), "x"]), "instead of [batch"],
  [
    "weights of other channels in a transposed convolution",
    (graph) => graph.add("ConvTranspose", ["x", filled(graph, 3, 4, 1, 1)]),
    "do not fit an image",
  ],
  [
    "an output larger than all windows reach",
    (graph) => graph.add("ConvTranspose", ["x", filled(graph, 4, 1, 1, 1)], { output_shape: ints([9, 9]) }),
    "cannot make 9 of 5 cells",
  ],
  [
    "an output_padding as large as the stride",
    (graph) => graph.add("ConvTranspose", ["x", filled(graph, 4, 1, 1, 1)], { output_padding: ints([1, 0]) }),
    "is not below the stride 1",
  ],
  ["a pool without windows", (graph) => graph.add("MaxPool", ["x"]), "kernel_shape does not fit"],
  [
    "an average of cells that lie apart",
    (graph) => graph.add("AveragePool", ["x"], { kernel_shape: ints([2, 2]), dilations: ints([2, 2]) }),
    "cells that lie apart",
  ],
  ["matrices that do not fit", (graph) => graph.add("MatMul", ["x", filled(graph, 5, 2)]), "do not fit each other"],
  ["batch axes that do not meet", (graph) => graph.add("MatMul", [filled(graph, 3, 2, 5), "x"]), "do not meet"],
  ["a number as a factor", (graph) => graph.add("MatMul", ["x", filled(graph)]), "a single number"],
  ["a diagonal", (graph) => graph.add("Einsum", [filled(graph, 2, 2)], equation("ii->i")), '"ii->i" is not supported'],
  ["an ellipsis", (graph) => graph.add("Einsum", ["x"], equation("...i->...")), "is not supported"],
  [
    "letters of two lengths",
    (graph) =>
      graph.add("Einsum", [filled(graph, 2, 3)], equation("ij->i")) +
      graph.add("Einsum", ["x", filled(graph, 2)], equation("abcd,d->a")),
    'the axes "d" are 6 and 2 long',
  ],
  [
    "a scale of another number of channels",
    (graph) => graph.add("BatchNormalization", ["x", ...[1, 2, 3, 4].map(() => filled(graph, 3))]),
    "for 4 channels",
  ],
];

test.each(refusals)("%s: refused, with the node named", (_, make, what) => {
  expect(() => make(withInput())).toThrow(what);
});
