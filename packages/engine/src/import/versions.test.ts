import { describe, expect, test } from "vitest";
import { type Attributes, int, ints } from "../graph/attributes.ts";
import type { Attribute, GraphNode } from "../graph/graph.ts";
import { FIRST_OPERATOR_SET, LAST_OPERATOR_SET } from "../graph/standard-model.ts";
import { int64List } from "../graph/tensors.ts";
import {
  booleanSample,
  difference,
  integerSample,
  modelOf,
  nodeOf,
  normalSample,
  type Parts,
  type Samples,
} from "./check-rewrite.ts";
import { upgraded } from "./versions.ts";

/** The same kernels run before and after, but for averages, whose sums are added up in another order since set 19. */
const TOLERANCE = 1e-6;

const text = (value: string): Attribute => ({ kind: "string", value });
const x: Samples = { x: normalSample("x", [2, 3, 4, 5]) };

/** The model of one node on the inputs, and further parts. */
function single(operatorSet: number, node: GraphNode, further: Partial<Parts> = {}): Parts {
  return { operatorSet, inputs: x, nodes: [node], outputs: [node.outputs[0] ?? ""], ...further };
}

async function expectSame(parts: Parts): Promise<void> {
  const model = modelOf(parts);
  const after = upgraded(model);
  expect(after.opsets.get("")).toBe(18);
  expect(await difference(model, after, parts.inputs)).toBeLessThan(TOLERANCE);
}

const reductions = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"];

/** Pooling by averages in many forms. */
const averages: Readonly<Record<string, Attributes>> = {
  plain: { kernel_shape: ints([2, 2]), strides: ints([2, 2]), dilations: ints([1, 1]) },
  padded: { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
  "counting the padding": { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]), count_include_pad: int(1) },
  "with a last window that is not full": { kernel_shape: ints([3, 3]), strides: ints([2, 2]), ceil_mode: int(1) },
  "with both": {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    ceil_mode: int(1),
    pads: ints([1, 1, 1, 1]),
    count_include_pad: int(1),
  },
  "padded by name": { kernel_shape: ints([3, 2]), strides: ints([2, 2]), auto_pad: text("SAME_LOWER") },
};

describe("a model of another operator set computes in set 18 what it computed", () => {
  test.each(reductions)("Reduce%s, whose axes were an attribute", async (kind) => {
    const positive = {
      x: { ...normalSample("x", [2, 3, 4]), values: Array.from({ length: 24 }, (_, i) => 1 + i / 7) },
    };
    for (const operatorSet of [13, 17]) {
      for (const attributes of [{}, { axes: ints([1]), keepdims: int(0) }, { axes: ints([-1, 0]) }]) {
        const node = nodeOf(`Reduce${kind}`, ["x"], ["y"], attributes);
        await expectSame(single(operatorSet, node, { inputs: positive }));
      }
    }
  });

  test("Split into equal parts, whose number was that of its outputs", async () => {
    for (const operatorSet of [13, 17]) {
      const node = nodeOf("Split", ["x"], ["a", "b"], { axis: int(2) });
      await expectSame(single(operatorSet, node, { outputs: ["a", "b"] }));
    }
  });

  test("Split into parts of given sizes", async () => {
    const node = nodeOf("Split", ["x", "sizes"], ["a", "b"], { axis: int(-1) });
    await expectSame(single(13, node, { outputs: ["a", "b"], initializers: { sizes: int64List([2, 3]) } }));
  });

  test("BatchNormalization, which learned where it had five outputs", async () => {
    const statistics = { mean: normalSample("mean", [3]), variance: { ...normalSample("v", [3]), values: [1, 2, 3] } };
    const inputs = { ...x, scale: normalSample("scale", [3]), bias: normalSample("bias", [3]), ...statistics };
    const outputs = ["y", "m", "v", "saved.m", "saved.v"];
    const node = nodeOf("BatchNormalization", Object.keys(inputs), outputs);
    await expectSame(single(13, node, { inputs, outputs: ["y", "m", "v"] }));
    await expectSame(single(13, { ...node, outputs: ["y"] }, { inputs }));
  });

  test("Cast and CastLike, which learned of number formats that are not here", async () => {
    const attributes = { to: int(7), saturate: int(1) };
    const outputTypes = { y: "int64" } as const;
    await expectSame(single(19, nodeOf("Cast", ["x"], ["y"], attributes), { outputTypes }));
    const rounded = { ...attributes, round_mode: text("up") };
    await expectSame(single(24, nodeOf("Cast", ["x"], ["y"], rounded), { outputTypes }));
    const like = nodeOf("CastLike", ["x", "n"], ["y"], { saturate: int(1) });
    await expectSame(single(19, like, { inputs: { ...x, n: integerSample([1], [1]) }, outputTypes }));
  });

  test.each(Object.entries(averages))("AveragePool, %s", async (_name, attributes) => {
    const { dilations: _, ...older } = attributes;
    for (const operatorSet of [13, 17]) {
      await expectSame(single(operatorSet, nodeOf("AveragePool", ["x"], ["y"], older)));
    }
    for (const operatorSet of [19, LAST_OPERATOR_SET]) {
      await expectSame(single(operatorSet, nodeOf("AveragePool", ["x"], ["y"], attributes)));
    }
  });

  test("nodes inside the branches of others", async () => {
    const branch = (axis: number): Attribute => {
      const value = modelOf({
        operatorSet: 13,
        inputs: {},
        nodes: [nodeOf("ReduceMean", ["x"], [`mean.${axis}`], { axes: ints([axis]), keepdims: int(0) })],
        outputs: [`mean.${axis}`],
      });
      return { kind: "graph", value: value.graph };
    };
    const node = nodeOf("If", ["which"], ["y"], { then_branch: branch(2), else_branch: branch(3) });
    const square: Samples = { x: normalSample("square", [2, 3, 4, 4]) };
    for (const which of [true, false]) {
      await expectSame(single(13, node, { inputs: { ...square, which: booleanSample([], [which]) } }));
    }
  });
});

/** Nodes on x [2, 3, 4, 5] whose operators are written alike in all sets here, with the first set that has them. */
const unchanged: readonly (readonly [number, GraphNode])[] = [
  "Relu",
  "LeakyRelu",
  "Elu",
  "Selu",
  "Celu",
  "Softplus",
  "Softsign",
  "Sigmoid",
  "Tanh",
  "HardSigmoid",
  "Erf",
  "Exp",
  "Abs",
  "Neg",
  "Floor",
  "Ceil",
  "Round",
  "Sign",
  "Reciprocal",
  "Identity",
  "Sin",
  "Cos",
  "Atan",
  "Softmax",
  "LogSoftmax",
  "Flatten",
  "Transpose",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "LpNormalization",
].map((operator): readonly [number, GraphNode] => [13, nodeOf(operator, ["x"], [operator])]);

const laterOrWithMore: readonly (readonly [number, GraphNode])[] = [
  [14, nodeOf("HardSwish", ["x"], ["HardSwish"])],
  [14, nodeOf("Trilu", ["x"], ["Trilu"], { upper: int(0) })],
  [14, nodeOf("CumSum", ["x", "one"], ["CumSum"])],
  [17, nodeOf("LayerNormalization", ["x", "five"], ["LayerNormalization"])],
  [18, nodeOf("Mish", ["x"], ["Mish"])],
  [13, nodeOf("Add", ["x", "five"], ["Add"])],
  [13, nodeOf("Pow", ["x", "two"], ["Pow"])],
  [13, nodeOf("PRelu", ["x", "five"], ["PRelu"])],
  [13, nodeOf("Max", ["x", "five"], ["Max"])],
  [13, nodeOf("Clip", ["x", "low", "high"], ["Clip"])],
  [13, nodeOf("MatMul", ["x", "matrix"], ["MatMul"])],
  [13, nodeOf("Concat", ["x", "x"], ["Concat"], { axis: int(1) })],
  [13, nodeOf("Conv", ["x", "kernel"], ["Conv"], { pads: ints([1, 1, 1, 1]), strides: ints([2, 1]) })],
  [13, nodeOf("ConvTranspose", ["x", "kernel"], ["ConvTranspose"], { strides: ints([2, 2]) })],
  [13, nodeOf("InstanceNormalization", ["x", "three", "three"], ["InstanceNormalization"])],
  [13, nodeOf("MaxPool", ["x"], ["MaxPool"], { kernel_shape: ints([3, 3]), ceil_mode: int(1), strides: ints([2, 2]) })],
  [13, nodeOf("Unsqueeze", ["x", "ones"], ["Unsqueeze"])],
  [13, nodeOf("Squeeze", ["Unsqueeze"], ["Squeeze"])],
  [13, nodeOf("Reshape", ["x", "shape"], ["Reshape"])],
  [13, nodeOf("Slice", ["x", "ones", "twos"], ["Slice"])],
  [13, nodeOf("Gather", ["x", "ones"], ["Gather"], { axis: int(2) })],
  [13, nodeOf("Expand", ["five", "shape"], ["Expand"])],
  [13, nodeOf("Tile", ["x", "repeats"], ["Tile"])],
  [13, nodeOf("Pad", ["x", "pads"], ["Pad"], { mode: text("reflect") })],
  [13, nodeOf("ReduceSum", ["x", "ones"], ["ReduceSum"])],
  [13, nodeOf("DepthToSpace", ["depth"], ["DepthToSpace"], { blocksize: int(2) })],
];

const further: Samples = {
  five: normalSample("five", [5]),
  three: normalSample("three", [3]),
  two: { dataType: "float32", shape: [], values: [2] },
  low: { dataType: "float32", shape: [], values: [-0.5] },
  high: { dataType: "float32", shape: [], values: [1] },
  matrix: normalSample("matrix", [5, 2]),
  kernel: normalSample("kernel", [3, 3, 2, 2]),
  depth: normalSample("depth", [1, 4, 2, 2]),
  one: integerSample([], [1]),
  ones: integerSample([1], [1]),
  twos: integerSample([1], [2]),
  shape: integerSample([4], [2, 3, 4, 5]),
  repeats: integerSample([4], [1, 2, 1, 1]),
  pads: integerSample([8], [0, 0, 1, 1, 0, 0, 1, 2]),
};

test("operators that are not rewritten mean the same in every operator set", async () => {
  for (let operatorSet = FIRST_OPERATOR_SET; operatorSet <= LAST_OPERATOR_SET; operatorSet++) {
    const nodes = [...unchanged, ...laterOrWithMore].filter(([first]) => first <= operatorSet).map(([, node]) => node);
    const parts = {
      operatorSet,
      inputs: { ...x, ...further },
      nodes,
      outputs: nodes.flatMap(({ outputs }) => outputs),
    };
    const model = modelOf(parts);
    expect(upgraded(model).graph.nodes).toEqual(nodes);
    expect(await difference(model, upgraded(model), parts.inputs)).toBeLessThan(TOLERANCE);
  }
});

describe("what set 18 cannot say is refused by name", () => {
  test("averages of cells that lie apart", () => {
    const node = nodeOf("AveragePool", ["x"], ["y"], { kernel_shape: ints([2, 2]), dilations: ints([1, 2]) });
    expect(() => upgraded(modelOf(single(19, node)))).toThrow('node "y" (AveragePool) averages cells that lie 2 apart');
  });

  test("the statistics of a batch that something else reads", () => {
    const node = nodeOf("BatchNormalization", ["x", "s", "b", "m", "v"], ["y", "m2", "v2", "batch.m", "batch.v"]);
    const parts = single(13, node, { nodes: [node, nodeOf("Neg", ["batch.m"], ["z"])], outputs: ["y", "z"] });
    expect(() => upgraded(modelOf(parts))).toThrow(
      'node "y" (BatchNormalization) gives out the statistics of the batch',
    );
  });

  test.each([FIRST_OPERATOR_SET - 1, LAST_OPERATOR_SET + 1])("operator set %i", (operatorSet) => {
    expect(() => upgraded(modelOf(single(operatorSet, nodeOf("Neg", ["x"], ["y"]))))).toThrow(
      `operator set ${operatorSet}`,
    );
  });
});

test("the constants that a rewriting adds take no name of the model", () => {
  const nodes = [
    nodeOf("Neg", ["x"], ["y.axes"]),
    nodeOf("ReduceMean", ["y.axes"], ["y"], { axes: ints([0]) }),
    nodeOf("ReduceMean", ["y"], ["z"], { axes: ints([1]) }),
  ];
  const { graph } = upgraded(modelOf({ operatorSet: 13, inputs: x, nodes, outputs: ["z"] }));
  const names = graph.nodes.flatMap(({ outputs }) => outputs);
  expect(names).toEqual(["y.axes", "y.axes.1", "y", "z.axes", "z"]);
});
