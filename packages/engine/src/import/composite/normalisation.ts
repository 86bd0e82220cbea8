/**
 * Normalisations that operator set 18 has not, or has with another meaning.
 *
 * All are computed in the element type of their input: `stash_type`, which asks for float32 inside where the input is
 * float16, has nothing to say for float32.
 *
 * @module
 */
import { float, floatOf, intOf, intsOf } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { input, misfit } from "../../graph/operator.ts";
import { scalarLike } from "../../graph/operators/constants.ts";
import { axisFromStart } from "../../graph/operators/axes.ts";
import { reshapeLike } from "../../graph/operators/layout.ts";
import { int64List, tensorOf } from "../../graph/tensors.ts";
import type { Composite } from "../composite.ts";

/** What mean-variance normalisation adds to the standard deviation, as ONNX Runtime does. */
const TINY_DEVIATION = 1e-9;

/**
 * y = (x − mean) ÷ √(variance + ε) · scale + bias, with mean and variance of each group of channels of each example:
 * instance normalisation of x [batch, groups, …]. Since operator set 21 there is a scale and a bias for each channel,
 * before there was one for each group; as many as there are groups mean the same in both.
 */
const groupNormalization: Composite = {
  name: "GroupNormalization",
  expand: ({ graph, node }) => {
    const [x, scale, bias] = [input(node, 0), input(node, 1), input(node, 2)];
    const groups = intOf(node, "num_groups", 0);
    const { dataType, shape } = graph.typeOf(x);
    const channels = shape[1];
    if (typeof channels !== "number" || groups < 1 || channels % groups !== 0) {
      throw misfit(node, `${String(channels)} channels do not make ${groups} equal groups`);
    }
    const uniform = (value: number): string =>
      graph.constant(
        tensorOf(
          dataType,
          [groups],
          Array.from({ length: groups }, () => value),
        ),
      );
    const grouped = graph.add("Reshape", [x, graph.constant(int64List([0, groups, -1]))]);
    const epsilon = float(floatOf(node, "epsilon", 1e-5));
    const byChannel = graph.typeOf(scale).shape[0] !== groups;
    const factors = byChannel ? [uniform(1), uniform(0)] : [scale, bias];
    const normal = graph.add("InstanceNormalization", [grouped, ...factors], { epsilon });
    const back = reshapeLike(graph, normal, x);
    if (!byChannel) return [back];
    const perChannel = (value: string): string => alongChannels(graph, value, channels, shape.length);
    return [graph.add("Add", [graph.add("Mul", [back, perChannel(scale)]), perChannel(bias)])];
  },
};

/** One number for each channel, in a shape that meets [batch, channels, …] of `rank` axes. */
function alongChannels(graph: GraphBuilder, value: string, channels: number, rank: number): string {
  const shape = [channels, ...Array.from({ length: rank - 2 }, () => 1)];
  return rank === 2 ? value : graph.add("Reshape", [value, graph.constant(int64List(shape))]);
}

/** y = x ÷ √(mean of x² + ε) · scale, the mean over the axes from `axis` to the last */
const rmsNormalization: Composite = {
  name: "RMSNormalization",
  expand: ({ graph, node }) => {
    const [x, scale] = [input(node, 0), input(node, 1)];
    const rank = graph.typeOf(x).shape.length;
    const first = axisFromStart(intOf(node, "axis", -1), rank);
    const axes = Array.from({ length: rank - first }, (_, at) => first + at);
    const square = meanSquare(graph, x, axes);
    const root = graph.add("Sqrt", [graph.add("Add", [square, scalarLike(graph, floatOf(node, "epsilon", 1e-5), x)])]);
    return [graph.add("Mul", [graph.add("Div", [x, root]), scale])];
  },
};

/** y = (x − mean) ÷ (standard deviation + 1e-9) over the axes of the node */
const meanVarianceNormalization: Composite = {
  name: "MeanVarianceNormalization",
  expand: ({ graph, node }) => {
    const x = input(node, 0);
    const axes = normalizedAxes(node, graph.typeOf(x).shape.length);
    const mean = graph.add("ReduceMean", [x, graph.constant(int64List(axes))]);
    const centred = graph.add("Sub", [x, mean]);
    const deviation = graph.add("Sqrt", [meanSquare(graph, centred, axes)]);
    return [graph.add("Div", [centred, graph.add("Add", [deviation, scalarLike(graph, TINY_DEVIATION, x)])])];
  },
};

function normalizedAxes(node: GraphNode, rank: number): readonly number[] {
  return (intsOf(node, "axes") ?? [0, 2, 3]).map((axis) => axisFromStart(axis, rank));
}

/** The mean of value² over `axes`, which stay with size 1. */
function meanSquare(graph: GraphBuilder, value: string, axes: readonly number[]): string {
  return graph.add("ReduceMean", [graph.add("Mul", [value, value]), graph.constant(int64List(axes))]);
}

/** The composites of this family. */
export const normalisationComposites: readonly Composite[] = [
  groupNormalization,
  rmsNormalization,
  meanVarianceNormalization,
];
