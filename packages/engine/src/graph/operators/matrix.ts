/**
 * Products of matrices. Transposition is asked of the product itself, which costs nothing there.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { type Attributes, float, floatOf, int, intOf, ints } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import {
  type Application,
  type InputGradient,
  input,
  inputOfRank,
  inputType,
  misfit,
  type Operator,
  output,
  type Sizes,
} from "../operator.ts";
import { int64List } from "../tensors.ts";
import { broadcast, undoBroadcast } from "./broadcasting.ts";
import { scalarLike, times } from "./constants.ts";
import { reshapeLike } from "./layout.ts";
import { once } from "./once.ts";

type Shape = readonly Dimension[];

/** Whether the left and the right factor are transposed. */
interface Transposed {
  readonly left: boolean;
  readonly right: boolean;
}

function transposedOf(node: GraphNode): Transposed {
  return { left: intOf(node, "transA", 0) !== 0, right: intOf(node, "transB", 0) !== 0 };
}

/** Throws Fault "model-unsupported" unless the inner sizes of the factors are, or may be, the same. */
function requireFit(node: GraphNode, [a, b]: readonly [Shape, Shape], inner: Dimension, innerToo: Dimension): void {
  if (inner === innerToo || typeof inner !== typeof innerToo) return;
  throw misfit(node, `the matrices ${shapeText(a)} and ${shapeText(b)} do not fit each other`);
}

function gemmType(application: Application): readonly TensorType[] {
  const { left, right } = transposedOf(application.node);
  const { dataType, shape: a } = inputOfRank(application, 0, 2);
  const { shape: b } = inputOfRank(application, 1, 2);
  const [rows = 0, inner = 0] = left ? a.toReversed() : a;
  const [innerToo = 0, columns = 0] = right ? b.toReversed() : b;
  requireFit(application.node, [a, b], inner, innerToo);
  return [{ dataType, shape: [rows, columns] }];
}

/** Two operations for each element of the output and each term of its sum. */
function gemmFlops({ node, inputs, outputs }: Sizes): number {
  return productFlops(outputs[0] ?? [], inputs[0]?.[transposedOf(node).left ? 0 : 1] ?? 0);
}

function productFlops(made: readonly number[], terms: number): number {
  return 2 * terms * elementCount(made);
}

/** With Y = A′ · B′: dA′ = G · B′ᵀ and dB′ = A′ᵀ · G; where A is transposed, dA = (dA′)ᵀ = B′ · Gᵀ; likewise B. */
function factorGradients(factors: Factors): readonly [InputGradient, InputGradient] {
  const { graph, a, b, gradient, left, right, alpha } = factors;
  const dA: InputGradient = left
    ? () => product(graph, [b, gradient()], { left: right, right: true }, alpha)
    : () => product(graph, [gradient(), b], { left: false, right: !right }, alpha);
  const dB: InputGradient = right
    ? () => product(graph, [gradient(), a], { left: true, right: left }, alpha)
    : () => product(graph, [a, gradient()], { left: !left, right: false }, alpha);
  return [dA, dB];
}

/** α · A′ · B′ and the gradient of it. */
interface Factors extends Transposed {
  readonly graph: GraphBuilder;
  readonly a: string;
  readonly b: string;
  readonly gradient: () => string;
  readonly alpha: number;
}

function product(graph: GraphBuilder, factors: readonly string[], { left, right }: Transposed, alpha: number): string {
  const attributes: Attributes = { transA: int(left ? 1 : 0), transB: int(right ? 1 : 0), alpha: float(alpha) };
  return graph.add("Gemm", factors, attributes);
}

/** Y = α · A′ · B′ + β · C; the primes stand for transposition where it is asked for; C, which broadcasts, may be left out. */
const gemm: Operator = {
  name: "Gemm",
  types: gemmType,
  gradient: ({ graph, node, gradient, narrowGradient }) => {
    const dC: InputGradient = () => {
      const scaled = times(graph, narrowGradient, scalarLike(graph, floatOf(node, "beta", 1), output(node)));
      return undoBroadcast(graph, scaled, input(node, 2), output(node));
    };
    const [a, b] = [input(node, 0), input(node, 1)];
    return [...factorGradients({ graph, a, b, gradient, ...transposedOf(node), alpha: floatOf(node, "alpha", 1) }), dC];
  },
  flops: gemmFlops,
};

/** The shapes of the factors, with lists as matrices: of one row on the left, of one column on the right. */
function matrixShapes(a: Shape, b: Shape): readonly [Shape, Shape] {
  return [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b];
}

/** [batch axes that broadcast …, rows, columns]; the rows or columns of a list are left out. */
function matMulType(application: Application): readonly TensorType[] {
  const { node } = application;
  const { dataType, shape: a } = inputType(application, 0);
  const { shape: b } = inputType(application, 1);
  if (a.length === 0 || b.length === 0) throw misfit(node, "a factor is a single number");
  const [left, right] = matrixShapes(a, b);
  requireFit(node, [a, b], left.at(-1) ?? 1, right.at(-2) ?? 1);
  const batch = broadcast(node, [left.slice(0, -2), right.slice(0, -2)]);
  const rows = a.length === 1 ? [] : left.slice(-2, -1);
  const columns = b.length === 1 ? [] : right.slice(-1);
  return [{ dataType, shape: [...batch, ...rows, ...columns] }];
}

/** The gradients of A · B, both of at least two axes, with respect to A and B; `gradient` is that of the product. */
function matrixGradients(
  graph: GraphBuilder,
  [a, b]: readonly [string, string],
  gradient: () => string,
): readonly [InputGradient, InputGradient] {
  const [left, right] = [graph.typeOf(a).shape, graph.typeOf(b).shape];
  const plain = { graph, left: false, right: false, alpha: 1 };
  if (right.length > 2) return batchGradients(graph, [a, b], gradient);
  if (left.length === 2) return factorGradients({ ...plain, a, b, gradient });
  const rows = (value: string): string => graph.add("Flatten", [value], { axis: int(-1) });
  const flat = once(() => rows(gradient()));
  const [dA, dB] = factorGradients({ ...plain, a: rows(a), b, gradient: flat });
  return [() => reshapeLike(graph, dA(), a), dB];
}

function batchGradients(
  graph: GraphBuilder,
  [a, b]: readonly [string, string],
  gradient: () => string,
): readonly [InputGradient, InputGradient] {
  const summed = (factors: readonly [string, string], like: string): string => {
    const wide = graph.add("MatMul", factors);
    return undoBroadcast(graph, wide, like, wide);
  };
  return [() => summed([gradient(), transposed(graph, b)], a), () => summed([transposed(graph, a), gradient()], b)];
}

/** With the last two axes swapped. ONNX Runtime takes this into the product that follows. */
function transposed(graph: GraphBuilder, value: string): string {
  const rank = graph.typeOf(value).shape.length;
  const order = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return graph.add("Transpose", [value], { perm: ints(order) });
}

/**
 * Y = A · B for matrices, along batch axes that broadcast, and for lists.
 *
 * Where B is one matrix for the whole batch, as in a linear layer, the batch is taken for one long list of rows: then
 * both gradients are one product each, that for the weights with the sum over the batch in it.
 */
const matMul: Operator = {
  name: "MatMul",
  types: matMulType,
  gradient: ({ graph, node, gradient }) => {
    const [a, b] = [input(node, 0), input(node, 1)];
    const [leftIsList, rightIsList] = [a, b].map((value) => graph.typeOf(value).shape.length === 1);
    if (!leftIsList && !rightIsList) return matrixGradients(graph, [a, b], gradient);
    const withAxes = (value: string, axes: readonly number[]): string =>
      graph.add("Unsqueeze", [value, graph.constant(int64List(axes))]);
    const added = [...(leftIsList ? [-2] : []), ...(rightIsList ? [-1] : [])];
    const matrices = [leftIsList ? withAxes(a, [0]) : a, rightIsList ? withAxes(b, [1]) : b] as const;
    const [dA, dB] = matrixGradients(
      graph,
      matrices,
      once(() => withAxes(gradient(), added)),
    );
    return [() => reshapeLike(graph, dA(), a), () => reshapeLike(graph, dB(), b)];
  },
  flops: ({ inputs, outputs }) => productFlops(outputs[0] ?? [], inputs[0]?.at(-1) ?? 0),
};

/** The operators of this family. */
export const matrixOperators: readonly Operator[] = [gemm, matMul];
