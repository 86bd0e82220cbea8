/**
 * Rectifiers: activation functions that are the identity, or a line, for positive inputs and something flatter below.
 *
 * Their slopes are written in terms of the output y where its sign is that of the input. At 0 the slope is the one
 * from below, as in PyTorch.
 *
 * @module
 */
import { floatOf } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type GradientRule, input, misfit, type Operator, output, perElement } from "../operator.ts";
import { meetingType } from "./arithmetic.ts";
import { undoBroadcast } from "./broadcasting.ts";
import { isPositive, maskOf, positiveMask } from "./comparison.ts";
import { scalarLike, times } from "./constants.ts";
import {
  elementwise,
  elementwiseByOutput,
  floatFunction,
  likeInput,
  onePlus,
  type OutputSlope,
  outputSlopeRule,
  slopeRule,
} from "./elementwise.ts";

/**
 * y = max(0, x); y′ = 1 where y > 0, else 0.
 * Greater, Cast and Mul together take less time than Sign and Mul, and less than Greater and Where.
 */
const relu: Operator = {
  ...elementwiseByOutput("Relu", ({ graph, y }) => positiveMask(graph, y)),
  types: likeInput,
};

/** `above` where value > 0, else `below`. */
function bySign(graph: GraphBuilder, value: string, above: number, below: string): string {
  return graph.add("Where", [isPositive(graph, value), scalarLike(graph, above, value), below]);
}

/** The slope of a rectifier of output y; `signed` has the sign of its input. */
type RectifierSlope = (of: OutputSlope, signed: string) => string;

/** The rule of a rectifier, by its output alone where all of its `factors` are positive: then y has the sign of x. */
function rectifierRule(factors: (node: GraphNode) => readonly number[], slope: RectifierSlope): GradientRule {
  const byOutput = outputSlopeRule((of) => slope(of, of.y));
  const byInput = slopeRule((of) => slope(of, of.x));
  return (context) => (factors(context.node).every((factor) => factor > 0) ? byOutput : byInput)(context);
}

const leakOf = (node: GraphNode): number => floatOf(node, "alpha", 0.01);

/** y = x where x ≥ 0, else α · x; y′ = 1 where x > 0, else α */
const leakyRelu = floatFunction(
  "LeakyRelu",
  rectifierRule(
    (node) => [leakOf(node)],
    ({ graph, node, y }, signed) => bySign(graph, signed, 1, scalarLike(graph, leakOf(node), y)),
  ),
);

/** y = x where x ≥ 0, else s · x, where s broadcasts to x; dx = g where x > 0, else g · s; ds = Σ g · min(0, x) */
const parametricRelu: Operator = {
  name: "PRelu",
  types: (application) => {
    const type = meetingType(application);
    const shape = application.inputs[0]?.shape ?? [];
    if (shapeText(type.shape) === shapeText(shape)) return [type];
    throw misfit(application.node, `the slopes do not broadcast to the input, which is ${shapeText(shape)}`);
  },
  gradient: ({ graph, node, narrowGradient: g }) => {
    const [x, slopes] = [input(node, 0), input(node, 1)];
    return [
      () => times(graph, g, bySign(graph, x, 1, slopes)),
      () => undoBroadcast(graph, times(graph, g, bySign(graph, x, 0, x)), slopes, output(node)),
    ];
  },
  flops: perElement(1),
};

const scaleOf = (node: GraphNode): number => floatOf(node, "alpha", 1);

/** y = x where x ≥ 0, else α · (e^x − 1); y′ = 1 where x > 0, else y + α */
const elu = floatFunction(
  "Elu",
  rectifierRule(
    (node) => [scaleOf(node)],
    ({ graph, node, y }, signed) =>
      bySign(graph, signed, 1, graph.add("Add", [y, scalarLike(graph, scaleOf(node), y)])),
  ),
);

/** y = x where x ≥ 0, else α · (e^(x ÷ α) − 1); y′ = 1 where x > 0, else y ÷ α + 1 */
const celu = elementwiseByOutput("Celu", ({ graph, node, y }) => {
  const rise = times(graph, y, scalarLike(graph, 1 / scaleOf(node), y));
  return bySign(graph, y, 1, onePlus(graph, rise));
});

/** The factors with which Selu keeps mean 0 and variance 1, as accurate as files keep them. */
const SELU_ALPHA = Math.fround(1.6732632423543772);
const SELU_GAMMA = Math.fround(1.0507009873554805);

function seluFactors(node: GraphNode): readonly [alpha: number, gamma: number] {
  return [floatOf(node, "alpha", SELU_ALPHA), floatOf(node, "gamma", SELU_GAMMA)];
}

/** y = γ · x where x > 0, else γ · α · (e^x − 1); y′ = γ where x > 0, else y + γ · α */
const selu = floatFunction(
  "Selu",
  rectifierRule(seluFactors, ({ graph, node, y }, signed) => {
    const [alpha, gamma] = seluFactors(node);
    return bySign(graph, signed, gamma, graph.add("Add", [y, scalarLike(graph, gamma * alpha, y)]));
  }),
);

/** y = x where x > α, else 0; y′ = 1 where x > α, else 0 */
const thresholdedRelu = elementwise("ThresholdedRelu", ({ graph, node, x }) => {
  const passes = graph.add("Greater", [x, scalarLike(graph, scaleOf(node), x)]);
  return maskOf(graph, passes, x);
});

/** The operators of this family. */
export const rectifierOperators: readonly Operator[] = [
  relu,
  leakyRelu,
  parametricRelu,
  elu,
  celu,
  selu,
  thresholdedRelu,
];
