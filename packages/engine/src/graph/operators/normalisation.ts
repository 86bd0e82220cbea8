/**
 * Batch normalisation: each channel is brought to mean 0 and variance 1, then scaled and moved.
 *
 *     BN(x; scale, bias, mean, variance) = scale · x̂ + bias,   x̂ = (x − mean) ÷ √(variance + ε)
 *
 * Mean and variance are those of the running statistics ("frozen") or those of the batch itself. Both are the same
 * operator: in training the statistics of the batch are computed by ordinary nodes and given to it. So they can be
 * derived again, and no runtime has to know the operator's training mode, which that for WebGPU does not.
 *
 * The gradients are batch normalisations too, each a single pass. With g the gradient of BN and n values per channel
 *
 *     frozen:    dx = BN(g; scale, 0, 0, variance)
 *     training:  dx = BN(g − mean g − x̂ · mean(g · x̂); scale, 0, 0, variance)
 *                mean g + x̂ · mean(g · x̂) = BN(x; Σ(g · x̂) ÷ n, Σg ÷ n, mean, variance)
 *
 * Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift",
 * ICML 2015. https://arxiv.org/abs/1502.03167
 *
 * @module
 */
import { float, floatOf, int, intOf } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type GradientRule, input, inputOfRank, inputType, misfit, type Operator, perElement } from "../operator.ts";
import { int64List, tensorNumbers, tensorOf } from "../tensors.ts";
import { reduceSum } from "./broadcasting.ts";
import { scalarLike, times } from "./constants.ts";
import { elementRatio } from "./counts.ts";
import { once } from "./once.ts";

/** What the running statistics of a batch normalisation become. */
export interface BatchNormalized {
  /** The running mean after the step. */
  readonly mean: string;
  /** The running variance after the step. */
  readonly variance: string;
}

/**
 * Appends `node`, a batch normalisation in either mode, as one by the statistics of the batch; its output keeps its
 * name. With momentum m, and v the mean of (x − mean)² over the n values of a channel,
 *
 *     running mean ← m · running mean + (1 − m) · mean,   running variance ← m · running variance + (1 − m) · v · n ÷ (n − 1)
 *
 * That is PyTorch's unbiased estimate; the operator's own training mode would take v. A batch of one value per channel
 * says nothing of a variance: PyTorch refuses it, and here it leaves both statistics as they are, so that the row which
 * remains of a client's last batch does no harm.
 */
export function batchNormalized(graph: GraphBuilder, node: GraphNode): BatchNormalized {
  const [x, scale, bias] = [input(node, 0), input(node, 1), input(node, 2)];
  const { mean, variance } = batchMoments(graph, x);
  const attributes = { epsilon: epsilonOf(node) };
  graph.append({ ...node, inputs: [x, scale, bias, mean, variance], outputs: node.outputs.slice(0, 1), attributes });
  const share = elementRatio(graph, mean, x);
  const rest = graph.add("Sub", [scalarLike(graph, 1, x), share]);
  const isSingle = graph.add("Equal", [rest, scalarLike(graph, 0, x)]);
  const momentum = floatOf(node, "momentum", 0.9);
  const moved = (running: string, batch: string): string => {
    const kept = times(graph, running, scalarLike(graph, momentum, x));
    const next = graph.add("Add", [kept, times(graph, batch, scalarLike(graph, 1 - momentum, x))]);
    return graph.add("Where", [isSingle, running, next]);
  };
  // n ÷ (n − 1) = 1 ÷ (1 − 1 ÷ n); what the division by 0 gives for one value is not taken.
  const unbiased = graph.add("Div", [variance, rest]);
  return { mean: moved(input(node, 3), mean), variance: moved(input(node, 4), unbiased) };
}

/** The mean and the variance of each channel of `x`, [channels]. */
function batchMoments(graph: GraphBuilder, x: string): { readonly mean: string; readonly variance: string } {
  const axes = graph.constant(int64List(axesOf(graph, x)));
  const flat = { keepdims: int(0) };
  const mean = graph.add("ReduceMean", [x, axes], flat);
  const centred = graph.add("Sub", [x, graph.add("Unsqueeze", [mean, axes])]);
  return { mean, variance: graph.add("ReduceMean", [graph.add("Mul", [centred, centred]), axes], flat) };
}

/** Whether `mean` and `variance` are what {@link batchMoments} makes of `x`. */
function areBatchMoments(graph: GraphBuilder, x: string, mean: string, variance: string): boolean {
  const made = (value: string, operator: string): readonly string[] | null => {
    const node = graph.producerOf(value);
    return node?.operator === operator ? node.inputs : null;
  };
  const isMean = (inputs: readonly string[] | null): boolean =>
    tensorOfAxes(graph, inputs?.[1] ?? "").join() === axesOf(graph, x).join();
  const [ofMean, ofVariance] = [made(mean, "ReduceMean"), made(variance, "ReduceMean")];
  const [left, right] = made(ofVariance?.[0] ?? "", "Mul") ?? [];
  const [minuend, subtrahend] = made(left ?? "", "Sub") ?? [];
  return (
    isMean(ofMean) &&
    isMean(ofVariance) &&
    ofMean?.[0] === x &&
    left === right &&
    minuend === x &&
    made(subtrahend ?? "", "Unsqueeze")?.[0] === mean
  );
}

function tensorOfAxes(graph: GraphBuilder, axes: string): readonly number[] {
  const tensor = graph.constantOf(axes);
  return tensor === null ? [] : tensorNumbers(tensor);
}

/** All axes of `x` but that of the channels. */
function axesOf(graph: GraphBuilder, x: string): readonly number[] {
  return graph.typeOf(x).shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
}

function epsilonOf(node: GraphNode): ReturnType<typeof float> {
  return float(floatOf(node, "epsilon", 1e-5));
}

/** BN of a value of the shape of the node's input; the epsilon is that of the node. */
type Normalizing = (value: string, scale: string, bias: string, moments: readonly [string, string]) => string;

const batchGradient: GradientRule = ({ graph, node, gradient }) => {
  if (intOf(node, "training_mode", 0) !== 0) {
    throw misfit(node, "it must be given the statistics of the batch as inputs");
  }
  const [x, scale, mean, variance] = [input(node, 0), input(node, 1), input(node, 3), input(node, 4)];
  const attributes = { epsilon: epsilonOf(node) };
  const normalizing: Normalizing = (value, factor, addend, moments) =>
    graph.add("BatchNormalization", [value, factor, addend, ...moments], attributes);
  const zeros = once(() => uniform(graph, 0, scale));
  const perChannel = (value: string): string => reduceSum(graph, value, axesOf(graph, x), false);
  const dScale = once(() => {
    const normal = normalizing(x, uniform(graph, 1, scale), zeros(), [mean, variance]);
    return perChannel(graph.add("Mul", [gradient(), normal]));
  });
  const dBias = once(() => perChannel(gradient()));
  const isOwn = areBatchMoments(graph, x, mean, variance);
  const bent = (): string => {
    const share = elementRatio(graph, mean, x, -1);
    const lost = [dScale(), dBias()].map((sum) => graph.add("Mul", [sum, share]));
    return graph.add("Add", [gradient(), normalizing(x, lost[0] ?? "", lost[1] ?? "", [mean, variance])]);
  };
  const dx = once(() => normalizing(isOwn ? bent() : gradient(), scale, zeros(), [zeros(), variance]));
  const dMean = (): string => graph.add("Neg", [perChannel(dx())]);
  const dVariance = (): string => {
    const half = graph.add("Mul", [graph.add("Mul", [dScale(), scale]), scalarLike(graph, -0.5, x)]);
    return graph.add("Div", [half, graph.add("Add", [variance, scalarLike(graph, floatOf(node, "epsilon", 1e-5), x)])]);
  };
  // The share of the batch's own statistics is in dx already.
  return [dx, dScale, dBias, isOwn ? null : dMean, isOwn ? null : dVariance];
};

/** As many times the same number as `like`, a list, has elements. */
function uniform(graph: GraphBuilder, number: number, like: string): string {
  const { dataType, shape } = graph.typeOf(like);
  const sizes = shape.map(Number);
  const numbers = Array.from({ length: sizes[0] ?? 1 }, () => number);
  return graph.constant(tensorOf(dataType, sizes, numbers));
}

/** y = scale · (x − mean) ÷ √(variance + ε) + bias for each channel; in training mode also the moved statistics. */
const batchNormalization: Operator = {
  name: "BatchNormalization",
  types: (application) => {
    const type = inputType(application, 0);
    if (type.shape.length < 2) throw misfit(application.node, "its input has no channels");
    const channels = type.shape[1];
    for (const at of [1, 2, 3, 4]) {
      const { shape } = inputOfRank(application, at, 1);
      if (shape[0] !== channels) {
        throw misfit(application.node, `input ${at} is ${shapeText(shape)} for ${String(channels)} channels`);
      }
    }
    return [type, inputType(application, 3), inputType(application, 4)];
  },
  gradient: batchGradient,
  flops: perElement(2),
};

/** The operators of this family. */
export const normalisationOperators: readonly Operator[] = [batchNormalization];
