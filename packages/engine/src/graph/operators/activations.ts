/**
 * Smooth activation functions, and their approximations by lines. Derivatives are written in terms of the output
 * where that is possible: the input can then be forgotten, and the activation fused into the operator before it.
 *
 * @module
 */
import { float, floatOf, textOf } from "../attributes.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Operator, perElement } from "../operator.ts";
import { maskOf } from "./comparison.ts";
import { scalarLike, times } from "./constants.ts";
import { elementwise, elementwiseByOutput, oneMinus, onePlus, square } from "./elementwise.ts";

/** y = 1 ÷ (1 + e^−x); y′ = y · (1 − y) */
const sigmoid = elementwiseByOutput("Sigmoid", ({ graph, y }) => graph.add("Mul", [y, oneMinus(graph, y)]));

/** y = α · x + β cut to [0, 1]; y′ = α where 0 < y < 1, else 0, as in PyTorch */
const hardSigmoid = elementwiseByOutput("HardSigmoid", ({ graph, node, y }) => {
  const isAbove = graph.add("Greater", [y, scalarLike(graph, 0, y)]);
  const isBelow = graph.add("Less", [y, scalarLike(graph, 1, y)]);
  const mask = maskOf(graph, graph.add("And", [isAbove, isBelow]), y);
  return times(graph, mask, scalarLike(graph, floatOf(node, "alpha", 0.2), y));
});

/** y = tanh x; y′ = 1 − y² */
const tanh = elementwiseByOutput("Tanh", ({ graph, y }) => oneMinus(graph, square(graph, y)));

/** y = ln(1 + e^x); y′ = 1 ÷ (1 + e^−x) */
const softplus = elementwise("Softplus", ({ graph, x }) => graph.add("Sigmoid", [x]));

/** y = x ÷ (1 + |x|); y′ = (1 − |y|)² */
const softsign = elementwiseByOutput("Softsign", ({ graph, y }) =>
  square(graph, oneMinus(graph, graph.add("Abs", [y]))),
);

/** The slope of the line in HardSwish, as accurate as files keep it. */
const SIXTH = Math.fround(1 / 6);

/** y = x · h with h = x ÷ 6 + 1 ÷ 2 cut to [0, 1]; y′ = h + (x ÷ 6 where −3 < x < 3, else 0), as in PyTorch */
const hardSwish: Operator = {
  ...elementwise("HardSwish", ({ graph, x }) => {
    const isInside = graph.add("Less", [graph.add("Abs", [x]), scalarLike(graph, 3, x)]);
    const rise = graph.add("Mul", [maskOf(graph, isInside, x), times(graph, x, scalarLike(graph, SIXTH, x))]);
    return graph.add("Add", [rise, graph.add("HardSigmoid", [x], { alpha: float(SIXTH) })]);
  }),
  flops: perElement(4),
};

/**
 * y = x · t with t = tanh ln(1 + e^x); y′ = t + x · (1 − t²) · σ, where σ = 1 ÷ (1 + e^−x).
 *
 * With s = 1 − σ and q = 2s ÷ (1 + s²) this is t = 1 − s · q and 1 − t² = q², so y′ = 1 + q · (x · σ · q − s). It
 * needs one exponential, and not the logarithm in ONNX Runtime's Softplus, which takes longer than all the rest.
 */
const mish: Operator = {
  ...elementwise("Mish", ({ graph, x }) => {
    const gate = graph.add("Sigmoid", [x]);
    const rest = oneMinus(graph, gate);
    const twice = times(graph, rest, scalarLike(graph, 2, x));
    const ratio = graph.add("Div", [twice, onePlus(graph, square(graph, rest))]);
    const inner = graph.add("Mul", [graph.add("Mul", [x, gate]), ratio]);
    return onePlus(graph, graph.add("Mul", [ratio, graph.add("Sub", [inner, rest])]));
  }),
  flops: perElement(4),
};

/** y = x · Φ(x) with Φ(x) = (1 + erf(x ÷ √2)) ÷ 2; y′ = Φ(x) + x · φ(x), where φ(x) = e^(−x² ÷ 2) ÷ √(2π) */
function exactGeluSlope(graph: GraphBuilder, x: string): string {
  const z = graph.add("Mul", [x, scalarLike(graph, Math.SQRT1_2, x)]);
  const logFactor = scalarLike(graph, -Math.log(2 * Math.PI) / 2, x);
  const density = graph.add("Exp", [graph.add("Sub", [logFactor, square(graph, z)])]);
  const half = scalarLike(graph, 0.5, x);
  const share = graph.add("Add", [graph.add("Mul", [graph.add("Erf", [z]), half]), half]);
  return graph.add("Add", [share, graph.add("Mul", [x, density])]);
}

/** The coefficient of x³ in the approximation of Gelu. */
const CUBIC = 0.044715;

/**
 * y = x · s with s = 1 ÷ (1 + e^−v) and v = k · (x + c · x³), which is (1 + tanh(v ÷ 2)) ÷ 2 and approximates Φ(x) where
 * k = √(8 ÷ π); y′ = s · (1 + (1 − s) · x · v′) with x · v′ = 3 · v − 2 · k · x
 */
function approximateGeluSlope(graph: GraphBuilder, x: string): string {
  const rate = Math.sqrt(8 / Math.PI);
  const scaled = (value: string, factor: number): string => times(graph, value, scalarLike(graph, factor, x));
  const steepness = graph.add("Add", [scaled(square(graph, x), rate * CUBIC), scalarLike(graph, rate, x)]);
  const v = graph.add("Mul", [x, steepness]);
  const share = graph.add("Sigmoid", [v]);
  const rise = graph.add("Sub", [scaled(v, 3), scaled(x, 2 * rate)]);
  return graph.add("Mul", [share, onePlus(graph, graph.add("Mul", [oneMinus(graph, share), rise]))]);
}

/** y = x · Φ(x), where Φ is the normal distribution or, if `approximate` says "tanh", a function close to it. */
const gelu: Operator = {
  ...elementwise("Gelu", ({ graph, node, x }) =>
    textOf(node, "approximate", "none") === "tanh" ? approximateGeluSlope(graph, x) : exactGeluSlope(graph, x),
  ),
  flops: perElement(5),
};

/** The operators of this family. */
export const activationOperators: readonly Operator[] = [
  sigmoid,
  hardSigmoid,
  tanh,
  softplus,
  softsign,
  hardSwish,
  mish,
  gelu,
];
