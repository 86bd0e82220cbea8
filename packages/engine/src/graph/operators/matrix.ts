/**
 * Products of matrices. Transposition is asked of the product itself, which costs nothing there.
 *
 * @module
 */
import { type Attributes, float, floatOf, int, intOf } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import {
  type Application,
  type GradientRule,
  type InputGradient,
  input,
  inputOfRank,
  misfit,
  type Operator,
  output,
  type Sizes,
} from "../operator.ts";
import { undoBroadcast } from "./broadcasting.ts";
import { scalarLike, times } from "./constants.ts";

/** Whether the left and the right factor are transposed. */
interface Transposed {
  readonly left: boolean;
  readonly right: boolean;
}

function transposedOf(node: GraphNode): Transposed {
  return { left: intOf(node, "transA", 0) !== 0, right: intOf(node, "transB", 0) !== 0 };
}

/** The type of the product of the inputs 0 and 1. */
function productType(application: Application): readonly TensorType[] {
  const { left, right } = transposedOf(application.node);
  const { dataType, shape: a } = inputOfRank(application, 0, 2);
  const { shape: b } = inputOfRank(application, 1, 2);
  const [rows = 0, inner = 0] = left ? a.toReversed() : a;
  const [innerToo = 0, columns = 0] = right ? b.toReversed() : b;
  if (inner !== innerToo) {
    throw misfit(application.node, `the matrices ${shapeText(a)} and ${shapeText(b)} do not fit each other`);
  }
  return [{ dataType, shape: [rows, columns] }];
}

/** Two operations for each element of the output and each term of its sum. */
function productFlops({ node, inputs, outputs }: Sizes): number {
  const [rows = 0, columns = 0] = outputs[0] ?? [];
  const terms = inputs[0]?.[transposedOf(node).left ? 0 : 1] ?? 0;
  return 2 * rows * columns * terms;
}

/** With Y = A′ · B′: dA′ = G · B′ᵀ and dB′ = A′ᵀ · G; where A is transposed, dA = (dA′)ᵀ = B′ · Gᵀ; likewise B. */
const productGradient: GradientRule = ({ graph, node, gradient }) => {
  const [a, b] = [input(node, 0), input(node, 1)];
  const { left, right } = transposedOf(node);
  const alpha = floatOf(node, "alpha", 1);
  const dA: InputGradient = left
    ? () => product(graph, [b, gradient()], { left: right, right: true }, alpha)
    : () => product(graph, [gradient(), b], { left: false, right: !right }, alpha);
  const dB: InputGradient = right
    ? () => product(graph, [gradient(), a], { left: true, right: left }, alpha)
    : () => product(graph, [a, gradient()], { left: !left, right: false }, alpha);
  return [dA, dB];
};

function product(graph: GraphBuilder, factors: readonly string[], { left, right }: Transposed, alpha: number): string {
  const attributes: Attributes = { transA: int(left ? 1 : 0), transB: int(right ? 1 : 0), alpha: float(alpha) };
  return graph.add("Gemm", factors, attributes);
}

/** Y = α · A′ · B′ + β · C; the primes stand for transposition where it is asked for; C, which broadcasts, may be left out. */
const gemm: Operator = {
  name: "Gemm",
  types: productType,
  gradient: (context) => {
    const { graph, node, narrowGradient } = context;
    const dC: InputGradient = () => {
      const scaled = times(graph, narrowGradient, scalarLike(graph, floatOf(node, "beta", 1), output(node)));
      return undoBroadcast(graph, scaled, input(node, 2), output(node));
    };
    return [...productGradient(context), dC];
  },
  flops: productFlops,
};

/** Y = A · B for matrices. */
const matMul: Operator = { name: "MatMul", types: productType, gradient: productGradient, flops: productFlops };

/** The operators of this family. */
export const matrixOperators: readonly Operator[] = [gemm, matMul];
