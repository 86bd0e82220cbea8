/**
 * The peer of the engine: fifty steps of plain descent on the MLP 784-200-200-10, batch 32, as one ONNX graph that was
 * written by hand, node by node, for this very task. Nothing of it comes from the engine but the file writer.
 *
 * What a person who knows ONNX Runtime would do is done: parameters are carried by a Loop; w − η·xᵀd is one Gemm;
 * relu's mask comes from its output, so that it fuses with the layer before; the batch size is a constant.
 *
 * @module
 */
import {
  type Attribute,
  type Graph,
  type GraphNode,
  type Model,
  type TensorData,
  type ValueInfo,
} from "@potluck/engine";
import { BATCH_SIZE, FEATURE_SCALE, LAYER_SIZES, LEARNING_RATE } from "./engine-tasks.ts";

const CLASSES = LAYER_SIZES[3];

/**
 * Takes `features` uint8 [rows, 784], `labels` int64 [rows], `order` int64 [steps, 32], `steps` int64, and w1, b1, …, b3;
 * gives w1.trained, …, b3.trained and `losses` [steps]. Weights lie as [outputs, inputs].
 */
export function handwrittenModel(): Model {
  const before = parameterShapes();
  const graph: Graph = {
    name: "handwritten",
    inputs: [
      { name: "features", dataType: "uint8", shape: ["rows", LAYER_SIZES[0]] },
      { name: "labels", dataType: "int64", shape: ["rows"] },
      { name: "order", dataType: "int64", shape: ["steps", BATCH_SIZE] },
      { name: "steps", dataType: "int64", shape: [] },
      ...before,
    ],
    outputs: [...before.map(({ name, shape }) => float32(`${name}.trained`, shape)), float32("losses", ["steps"])],
    initializers: new Map(),
    nodes: [
      node("Loop", ["steps", "", ...names(before)], [...names(before).map((name) => `${name}.trained`), "losses"], {
        body: { kind: "graph", value: body() },
      }),
    ],
  };
  return { graph, irVersion: 8, opsets: new Map([["", 18]]), metadata: new Map() };
}

/** The names and shapes of the parameters, in order. */
export function parameterShapes(): readonly (ValueInfo & { readonly shape: readonly number[] })[] {
  return [1, 2, 3].flatMap((layer) => {
    const [inputs = 0, outputs = 0] = [LAYER_SIZES[layer - 1], LAYER_SIZES[layer]];
    return [float32(`w${layer}`, [outputs, inputs]), float32(`b${layer}`, [outputs])];
  });
}

function body(): Graph {
  const carried = parameterShapes().map(({ name, shape }) => float32(`${name}.now`, shape));
  const next = parameterShapes().map(({ name, shape }) => float32(`${name}.next`, shape));
  return {
    name: "step",
    inputs: [{ name: "k", dataType: "int64", shape: [] }, { name: "go", dataType: "bool", shape: [] }, ...carried],
    outputs: [{ name: "go.on", dataType: "bool", shape: [] }, ...next, float32("loss", [])],
    initializers: constants(),
    nodes: [...batch(), ...forward(), ...loss(), ...backward(), node("Identity", ["go"], ["go.on"])],
  };
}

function constants(): ReadonlyMap<string, TensorData> {
  return new Map<string, TensorData>([
    ["scale", { dataType: "float32", shape: [], values: Float32Array.of(FEATURE_SCALE) }],
    ["zero", { dataType: "float32", shape: [], values: Float32Array.of(0) }],
    ["rate", { dataType: "float32", shape: [], values: Float32Array.of(LEARNING_RATE) }],
    ["share", { dataType: "float32", shape: [], values: Float32Array.of(1 / BATCH_SIZE) }],
    ["classes", { dataType: "int64", shape: [], values: BigInt64Array.of(BigInt(CLASSES)) }],
    ["off and on", { dataType: "float32", shape: [2], values: Float32Array.of(0, 1 / BATCH_SIZE) }],
    ["batch axis", { dataType: "int64", shape: [1], values: BigInt64Array.of(0n) }],
  ]);
}

/** x0 and the labels of step k. */
function batch(): readonly GraphNode[] {
  return [
    node("Gather", ["order", "k"], ["rows"], { axis: int(0) }),
    node("Gather", ["features", "rows"], ["bytes"], { axis: int(0) }),
    node("Cast", ["bytes"], ["floats"], { to: int(1) }),
    node("Mul", ["floats", "scale"], ["x0"]),
    node("Gather", ["labels", "rows"], ["y"], { axis: int(0) }),
  ];
}

/** x1, x2 and the logits z. */
function forward(): readonly GraphNode[] {
  return [
    node("Gemm", ["x0", "w1.now", "b1.now"], ["z1"], { transB: int(1) }),
    node("Relu", ["z1"], ["x1"]),
    node("Gemm", ["x1", "w2.now", "b2.now"], ["z2"], { transB: int(1) }),
    node("Relu", ["z2"], ["x2"]),
    node("Gemm", ["x2", "w3.now", "b3.now"], ["z"], { transB: int(1) }),
  ];
}

/** The mean loss and d3 = (softmax(z) − onehot(y)) ÷ 32. */
function loss(): readonly GraphNode[] {
  return [
    node("LogSoftmax", ["z"], ["log p"], { axis: int(1) }),
    node("OneHot", ["y", "classes", "off and on"], ["target"], { axis: int(1) }),
    node("Mul", ["log p", "target"], ["terms"]),
    node("ReduceSum", ["terms"], ["-loss"], { keepdims: int(0) }),
    node("Neg", ["-loss"], ["loss"]),
    node("Exp", ["log p"], ["p"]),
    node("Mul", ["p", "share"], ["p share"]),
    node("Sub", ["p share", "target"], ["d3"]),
  ];
}

function backward(): readonly GraphNode[] {
  return [3, 2, 1].flatMap((layer) => {
    const [x, d, w, b] = [`x${layer - 1}`, `d${layer}`, `w${layer}`, `b${layer}`];
    const update = [
      node("Gemm", [d, x, `${w}.now`], [`${w}.next`], { transA: int(1), alpha: float(-LEARNING_RATE) }),
      node("ReduceSum", [d, "batch axis"], [`${b}.gradient`], { keepdims: int(0) }),
      node("Mul", [`${b}.gradient`, "rate"], [`${b}.step`]),
      node("Sub", [`${b}.now`, `${b}.step`], [`${b}.next`]),
    ];
    if (layer === 1) return update;
    const passBack = [
      node("MatMul", [d, `${w}.now`], [`${x}.gradient`]),
      node("Greater", [x, "zero"], [`${x}.active`]),
      node("Cast", [`${x}.active`], [`${x}.mask`], { to: int(1) }),
      node("Mul", [`${x}.gradient`, `${x}.mask`], [`d${layer - 1}`]),
    ];
    return [...passBack, ...update];
  });
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode {
  return { name: outputs.join(), operator, domain: "", inputs, outputs, attributes };
}

function names(values: readonly ValueInfo[]): readonly string[] {
  return values.map(({ name }) => name);
}

function float32<Shape extends readonly (number | string)[]>(name: string, shape: Shape) {
  return { name, dataType: "float32", shape } as const;
}

function int(value: number): Attribute {
  return { kind: "int", value };
}

function float(value: number): Attribute {
  return { kind: "float", value };
}
