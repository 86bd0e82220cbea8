/**
 * How many inputs and outputs each operator has, as the standard says: in operator set 18 for those that graphs may hold,
 * in the newest set for those that are written out. The rules of operators rely on it.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { describe } from "../graph/check.ts";
import type { GraphNode } from "../graph/graph.ts";

/** The numbers of inputs and outputs that an operator may have; the first ones of each may not be left out. */
interface Arity {
  readonly inputs: readonly [fewest: number, most: number];
  readonly outputs: readonly [fewest: number, most: number];
}

const ANY = Number.POSITIVE_INFINITY;

const unary: readonly string[] = [
  "Abs Acos Acosh ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BitwiseNot Cast Ceil Celu ConcatFromSequence",
  "ConstantOfShape Cos Cosh DepthToSpace Elu Erf Exp EyeLike Flatten Floor Gelu GlobalAveragePool GlobalMaxPool",
  "HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish",
  "Neg Not Reciprocal Relu Round Selu SequenceLength Shape Sigmoid Sign Sin Sinh Size Softmax Softplus Softsign",
  "SpaceToDepth Sqrt Swish Tan Tanh ThresholdedRelu Transpose",
];

const binary: readonly string[] = [
  "Add And BitShift BitwiseAnd BitwiseOr BitwiseXor CastLike CumSum Div Equal Expand Gather GatherElements GatherND",
  "Greater GreaterOrEqual Less LessOrEqual MatMul Mod Mul Or Pow PRelu RMSNormalization Reshape SequenceAt Sub Tile",
  "Unsqueeze Xor",
];

const reductions: readonly string[] = [
  "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum",
  "ReduceSumSquare",
];

const families: readonly (readonly [operators: readonly string[], arity: Arity])[] = [
  [["Constant"], { inputs: [0, 0], outputs: [1, 1] }],
  [unary, { inputs: [1, 1], outputs: [1, 1] }],
  [["MaxPool"], { inputs: [1, 1], outputs: [1, 2] }],
  [reductions, { inputs: [1, 2], outputs: [1, 1] }],
  [["SplitToSequence Squeeze Trilu"], { inputs: [1, 2], outputs: [1, 1] }],
  [["Split"], { inputs: [1, 2], outputs: [1, ANY] }],
  [["Clip"], { inputs: [1, 3], outputs: [1, 1] }],
  [["Dropout"], { inputs: [1, 3], outputs: [1, 2] }],
  [["Concat Einsum Max Mean Min SequenceConstruct Sum"], { inputs: [1, ANY], outputs: [1, 1] }],
  [binary, { inputs: [2, 2], outputs: [1, 1] }],
  [["TopK"], { inputs: [2, 2], outputs: [2, 2] }],
  [["Conv ConvTranspose Gemm MaxUnpool NegativeLogLikelihoodLoss"], { inputs: [2, 3], outputs: [1, 1] }],
  [["SoftmaxCrossEntropyLoss"], { inputs: [2, 3], outputs: [1, 2] }],
  [["LayerNormalization"], { inputs: [2, 3], outputs: [1, 3] }],
  [["Pad"], { inputs: [2, 4], outputs: [1, 1] }],
  [["Resize"], { inputs: [1, 4], outputs: [1, 1] }],
  [
    ["GroupNormalization InstanceNormalization OneHot Range ScatterElements ScatterND Where"],
    { inputs: [3, 3], outputs: [1, 1] },
  ],
  [["RotaryEmbedding"], { inputs: [3, 4], outputs: [1, 1] }],
  [["Slice"], { inputs: [3, 5], outputs: [1, 1] }],
  [["GRU RNN"], { inputs: [3, 6], outputs: [0, 2] }],
  [["Attention"], { inputs: [3, 7], outputs: [1, 4] }],
  [["LSTM"], { inputs: [3, 8], outputs: [0, 3] }],
  [["BatchNormalization"], { inputs: [5, 5], outputs: [1, 3] }],
];

const byOperator: ReadonlyMap<string, Arity> = new Map(
  families.flatMap(([lists, arity]) => lists.flatMap((list) => list.split(" ")).map((name) => [name, arity] as const)),
);

/** Whether it is known how many inputs and outputs an operator has. */
export function hasArity(operator: string): boolean {
  return byOperator.has(operator);
}

/** Throws Fault "model-invalid" where `node` has not the inputs and outputs of its operator. */
export function checkArity(node: GraphNode): void {
  const arity = byOperator.get(node.operator);
  if (arity === undefined) return;
  checkCount(node, "inputs", arity.inputs);
  checkCount(node, "outputs", arity.outputs);
}

function checkCount(node: GraphNode, side: "inputs" | "outputs", [fewest, most]: readonly [number, number]): void {
  const values = node[side];
  const isWhole = Array.from({ length: fewest }, (_, at) => values[at] ?? "").every((name) => name !== "");
  if (isWhole && values.length <= most) return;
  const given = values.filter((name) => name !== "").length;
  throw new Fault(
    "model-invalid",
    `${describe(node)} has ${given} ${side}, and ${node.operator} has ${countText(fewest, most)}`,
    "Check the file with onnx.checker in Python and export the model again.",
  );
}

function countText(fewest: number, most: number): string {
  if (fewest === most) return String(fewest);
  return most === ANY ? `${fewest} or more` : `${fewest} to ${most}`;
}
