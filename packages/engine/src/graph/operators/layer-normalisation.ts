/**
 * Normalisation of layers, instances and vectors: over values of one example.
 *
 *     x̂ = (x − mean) · r,   r = 1 ÷ √(variance + ε),   y = scale · x̂ + bias
 *
 * with mean and variance of n values that are normalised together. With g the gradient of y and h = scale · g
 *
 *     dx = r · (h − mean h − x̂ · mean(h · x̂))
 *
 * Ba, Kiros and Hinton, "Layer Normalization", 2016. https://arxiv.org/abs/1607.06450
 *
 * @module
 */
import { present } from "@potluck/core";
import { float, floatOf, int, intOf } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import {
  type Application,
  type GradientRule,
  input,
  inputType,
  misfit,
  type Operator,
  output,
  perElement,
} from "../operator.ts";
import { int64List, tensorOf } from "../tensors.ts";
import { axisOf } from "./axes.ts";
import { reduceSum, undoBroadcast } from "./broadcasting.ts";
import { cast } from "./comparison.ts";
import { scalarLike } from "./constants.ts";
import { elementRatio } from "./counts.ts";
import { reshapeLike } from "./layout.ts";
import { once } from "./once.ts";
import { spatialSizes } from "./windows.ts";

/** Operations for each element: mean, difference, square and its mean, and three to normalise, scale and move. */
const OPERATIONS_PER_ELEMENT = 7;

/** `count` times the same number, of the element type of `like`. */
function uniform(graph: GraphBuilder, number: number, count: number, like: string): string {
  const numbers = Array.from({ length: count }, () => number);
  return graph.constant(tensorOf(graph.typeOf(like).dataType, [count], numbers));
}

function reduceMean(graph: GraphBuilder, value: string, axes: readonly number[]): string {
  return graph.add("ReduceMean", [value, graph.constant(int64List(axes))]);
}

/** Whether a value is a constant of ones, which as a scale can be left out. */
function isOnes(graph: GraphBuilder, value: string): boolean {
  const constant = graph.constantOf(value);
  return constant !== null && Array.from(constant.values, Number).every((number) => number === 1);
}

/** What dx is made of; `of` is mean(h · x̂). */
interface Bent {
  readonly h: string;
  readonly normal: string;
  readonly of: string;
  readonly r: string;
  readonly axes: readonly number[];
}

/** r · (h − mean h − x̂ · of), the mean over `axes`. */
function backThroughMoments(graph: GraphBuilder, { h, normal, of, r, axes }: Bent): string {
  const bent = graph.add("Sub", [h, graph.add("Mul", [normal, of])]);
  return graph.add("Mul", [graph.add("Sub", [bent, reduceMean(graph, h, axes)]), r]);
}

/** The axes over which a layer normalisation of a value of `rank` axes goes: those from its attribute on. */
function layerAxes(node: GraphNode, rank: number): readonly number[] {
  const first = axisOf(node, -1, rank);
  return Array.from({ length: rank - first }, (_, at) => first + at);
}

/** The output, the mean and r; the reduced axes of these two, which are float32 always, stay with size 1. */
function layerTypes(application: Application): readonly TensorType[] {
  const type = inputType(application, 0);
  const axes = layerAxes(application.node, type.shape.length);
  const shape = type.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const reduced = { dataType: "float32", shape } as const;
  return [type, reduced, reduced];
}

/** The mean, output 1, or r, output 2, of a layer normalisation in the element type of its input. */
function momentOf(graph: GraphBuilder, node: GraphNode, at: 1 | 2): string {
  const { dataType } = graph.typeOf(input(node, 0));
  const moment = graph.furtherOutput(node, at);
  return dataType === "float32" ? moment : cast(graph, moment, dataType);
}

/**
 * Mean and r are outputs of the node itself. Where the loss depends on them as well, with gradients m and q, then dx
 * grows by m ÷ n and mean(h · x̂) by q · r ÷ n, because ∂r ÷ ∂x = −r² · x̂ ÷ n.
 */
const layerGradient: GradientRule = ({ graph, node, gradient, gradientOf }) => {
  const [x, scale] = [input(node, 0), input(node, 1)];
  const axes = layerAxes(node, graph.typeOf(x).shape.length);
  const r = once(() => momentOf(graph, node, 2));
  const normal = once(() => graph.add("Mul", [graph.add("Sub", [x, momentOf(graph, node, 1)]), r()]));
  const shareOf = (value: string): string => graph.add("Mul", [value, elementRatio(graph, r(), x)]);
  const dx = (): string => {
    const h = isOnes(graph, scale) ? gradient() : graph.add("Mul", [gradient(), scale]);
    const [ofMean, ofR] = [gradientOf(1), gradientOf(2)];
    const own = reduceMean(graph, graph.add("Mul", [h, normal()]), axes);
    const of = ofR === null ? own : graph.add("Add", [own, shareOf(graph.add("Mul", [ofR, r()]))]);
    const back = backThroughMoments(graph, { h, normal: normal(), of, r: r(), axes });
    return ofMean === null ? back : graph.add("Add", [back, shareOf(ofMean)]);
  };
  return [
    dx,
    () => undoBroadcast(graph, graph.add("Mul", [gradient(), normal()]), scale, x),
    () => undoBroadcast(graph, gradient(), input(node, 2), x),
  ];
};

/** Over the last axes of each example; scale and bias belong to the places along these axes. */
const layerNormalization: Operator = {
  name: "LayerNormalization",
  types: layerTypes,
  gradient: layerGradient,
  flops: perElement(OPERATIONS_PER_ELEMENT),
};

/** The axes of a value [batch, channels, all spatial axes in one]. */
const [BATCH, CHANNEL, CELL] = [0, 1, 2] as const;

/** With each channel of each example flat, x̂ and r are those of a layer normalisation without scale. */
const instanceGradient: GradientRule = ({ graph, node, gradient }) => {
  const [x, scale] = [input(node, 0), input(node, 1)];
  const flattened = (value: string): string => graph.add("Reshape", [value, graph.constant(int64List([0, 0, -1]))]);
  const normal = once(() => {
    const cells = spatialSizes(node, graph.typeOf(x).shape).reduce((product, size) => product * size, 1);
    const attributes = { axis: int(CELL), epsilon: float(floatOf(node, "epsilon", 1e-5)) };
    return graph.add("LayerNormalization", [flattened(x), uniform(graph, 1, cells, x)], attributes);
  });
  const flat = once(() => flattened(gradient()));
  const weighed = once(() => graph.add("Mul", [flat(), normal()]));
  const dx = (): string => {
    const r = momentOf(graph, present(graph.producerOf(normal()), "the layer normalisation"), 2);
    const column = (): string => graph.add("Unsqueeze", [scale, graph.constant(int64List([CHANNEL]))]);
    const slope = isOnes(graph, scale) ? r : graph.add("Mul", [r, column()]);
    const of = reduceMean(graph, weighed(), [CELL]);
    return reshapeLike(
      graph,
      backThroughMoments(graph, { h: flat(), normal: normal(), of, r: slope, axes: [CELL] }),
      x,
    );
  };
  const perChannel = (value: string): string => reduceSum(graph, value, [BATCH, CELL], false);
  return [dx, () => perChannel(weighed()), () => perChannel(flat())];
};

/** Over the spatial axes of each channel of each example; scale and bias belong to channels. */
const instanceNormalization: Operator = {
  name: "InstanceNormalization",
  types: (application) => {
    const type = inputType(application, 0);
    if (type.shape.length > 2) return [type];
    throw misfit(application.node, `its input ${shapeText(type.shape)} has no spatial axes`);
  },
  gradient: instanceGradient,
  flops: perElement(OPERATIONS_PER_ELEMENT),
};

/**
 * y = x ÷ ‖x‖ along one axis, with ‖x‖ = √(Σ x²) or Σ |x|: dx = (g − d · Σ (g · y)) ÷ ‖x‖, where d, the gradient of
 * ‖x‖, is y or sign(x). Nothing is passed back to a vector of zeros, which has no direction.
 */
const lpNormalization: Operator = {
  name: "LpNormalization",
  types: (application) => [inputType(application, 0)],
  gradient: ({ graph, node, gradient }) => [
    () => {
      const [x, y] = [input(node, 0), output(node)];
      const isEuclidean = intOf(node, "p", 2) === 2;
      const axis = axisOf(node, -1, graph.typeOf(x).shape.length);
      const along = (value: string): string => reduceSum(graph, value, [axis], true);
      const norm = isEuclidean ? graph.add("Sqrt", [along(graph.add("Mul", [x, x]))]) : along(graph.add("Abs", [x]));
      const zero = scalarLike(graph, 0, x);
      const inverse = graph.add("Div", [scalarLike(graph, 1, x), norm]);
      const slope = graph.add("Where", [graph.add("Greater", [norm, zero]), inverse, zero]);
      const direction = isEuclidean ? y : graph.add("Sign", [x]);
      const across = graph.add("Mul", [direction, along(graph.add("Mul", [gradient(), y]))]);
      return graph.add("Mul", [graph.add("Sub", [gradient(), across]), slope]);
    },
  ],
  flops: perElement(3),
};

/** The operators of this family. */
export const layerNormalisationOperators: readonly Operator[] = [
  layerNormalization,
  instanceNormalization,
  lpNormalization,
];
