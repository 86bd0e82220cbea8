/**
 * Convolution and its transpose, over any number of spatial axes.
 *
 * Each is the gradient of the other with respect to its input. The gradient with respect to the weights is a
 * convolution as well: the input, its batch entries taken for channels, is convolved with the output's gradient,
 * stride and dilation having changed places. The input's own channels become one more spatial axis, along which the
 * windows have size 1. So all channels are one large matrix product; with the channels in the place of the batch
 * there would be one narrow product for each, which took a quarter more time.
 *
 * @module
 */
import { int, intOf, ints, intsOf, textOf } from "../attributes.ts";
import { dimensionProduct, shapeText } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Application, type InputGradient, input, inputType, misfit, type Operator, output } from "../operator.ts";
import { int64List } from "../tensors.ts";
import { reduceSum } from "./broadcasting.ts";
import { reshapeLike, swapFirstAxes } from "./layout.ts";
import { covered, positions, spatialSizes, type Window, windowAttributes, windowsOf } from "./windows.ts";

/** The windows of a convolution node whose larger side, the one that is slid over, has the sizes `spatial`. */
function convolutionWindows(graph: GraphBuilder, node: GraphNode, slidOver: string): readonly Window[] {
  const kernel = spatialSizes(node, graph.typeOf(input(node, 1)).shape);
  return windowsOf(node, spatialSizes(node, graph.typeOf(slidOver).shape), kernel);
}

/** The gradient with respect to the weights of `node`, which slide over `image` and make a value shaped like `map`. */
function weightGradient(graph: GraphBuilder, node: GraphNode, image: string, map: string): string {
  if (intOf(node, "group", 1) !== 1) throw misfit(node, "grouped convolutions cannot be trained yet");
  const windows = convolutionWindows(graph, node, image);
  const swapped = windows.map(({ stride, dilation, ...rest }) => ({ ...rest, stride: dilation, dilation: stride }));
  const acrossChannels = { size: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  const volume = newAxis(graph, image, 0);
  const slid = newAxis(graph, swapFirstAxes(graph, map), 2);
  const found = graph.add("Conv", [volume, slid], windowAttributes([acrossChannels, ...swapped]));
  return reshapeLike(graph, cropped(graph, found, windows), input(node, 1));
}

function newAxis(graph: GraphBuilder, value: string, axis: number): string {
  return graph.add("Unsqueeze", [value, graph.constant(int64List([axis]))]);
}

/** The first `size` cells along each of the last axes: where the stride leaves a rest, there are more. */
function cropped(graph: GraphBuilder, value: string, windows: readonly Window[]): string {
  const { shape } = graph.typeOf(value);
  const leading = shape.length - windows.length;
  if (windows.every(({ size }, at) => size === shape[leading + at])) return value;
  const list = (numbers: readonly number[]): string => graph.constant(int64List(numbers));
  const axes = windows.map((_, at) => leading + at);
  return graph.add("Slice", [value, list(axes.map(() => 0)), list(windows.map(({ size }) => size)), list(axes)]);
}

/** The gradient with respect to a bias of one number for each channel. */
function biasGradient(graph: GraphBuilder, gradient: string): string {
  const axes = graph.typeOf(gradient).shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  return reduceSum(graph, gradient, axes, false);
}

/** The dimensions [batch, channels, …spatial] of a value that has at least one spatial axis. */
function imageShape(application: Application, at: number): readonly Dimension[] {
  const { shape } = inputType(application, at);
  if (shape.length > 2) return shape;
  throw misfit(application.node, `input ${at} is ${shapeText(shape)} instead of [batch, channels, …]`);
}

/** Y = the image under windows of weights [outputs, inputs ÷ groups, …]; dX = the transpose applied to G. */
const convolution: Operator = {
  name: "Conv",
  types: (application) => {
    const { node } = application;
    const image = imageShape(application, 0);
    const weights = imageShape(application, 1);
    if (dimensionProduct([weights[1] ?? 1, intOf(node, "group", 1)]) !== image[1]) {
      throw misfit(node, `weights ${shapeText(weights)} do not fit an image ${shapeText(image)}`);
    }
    const spatial = spatialSizes(node, image);
    const windows = windowsOf(node, spatial, spatialSizes(node, weights));
    const sizes = windows.map((window, axis) => positions(node, spatial[axis] ?? 0, window));
    return [{ dataType: inputType(application, 0).dataType, shape: [image[0] ?? 1, weights[0] ?? 1, ...sizes] }];
  },
  gradient: ({ graph, node, gradient }) => {
    const [image, weights] = [input(node, 0), input(node, 1)];
    const imageGradient: InputGradient = () => {
      const windows = convolutionWindows(graph, node, image);
      const spatial = spatialSizes(node, graph.typeOf(image).shape);
      const attributes = {
        ...windowAttributes(windows),
        group: int(intOf(node, "group", 1)),
        output_padding: ints(windows.map((window, axis) => remainder(spatial[axis] ?? 0, window))),
      };
      return graph.add("ConvTranspose", [gradient(), weights], attributes);
    };
    return [imageGradient, () => weightGradient(graph, node, image, gradient()), () => biasGradient(graph, gradient())];
  },
  flops: ({ inputs, outputs }) => 2 * count(outputs[0] ?? []) * count(inputs[1]?.slice(1) ?? []),
};

/** How many cells at the end no window reaches, because the stride leaves a rest. */
function remainder(length: number, window: Window): number {
  return (length + window.before + window.after - covered(window)) % window.stride;
}

/** Each cell of X, weighted, is added to the cells under its window in Y; weights [inputs, outputs ÷ groups, …]. */
const transposedConvolution: Operator = {
  name: "ConvTranspose",
  types: (application) => {
    const { node } = application;
    const image = imageShape(application, 0);
    const weights = imageShape(application, 1);
    if (node.attributes["output_shape"] !== undefined || textOf(node, "auto_pad", "NOTSET") !== "NOTSET") {
      throw misfit(node, "the padding must be given as pads and output_padding");
    }
    const spatial = spatialSizes(node, image);
    const extra = intsOf(node, "output_padding") ?? [];
    const sizes = windowsOf(node, spatial, spatialSizes(node, weights)).map((window, axis) => {
      const reached = ((spatial[axis] ?? 0) - 1) * window.stride + covered(window);
      return reached + (extra[axis] ?? 0) - window.before - window.after;
    });
    const channels = dimensionProduct([weights[1] ?? 1, intOf(node, "group", 1)]);
    return [{ dataType: inputType(application, 0).dataType, shape: [image[0] ?? 1, channels, ...sizes] }];
  },
  gradient: ({ graph, node, gradient }) => {
    const [image, weights] = [input(node, 0), input(node, 1)];
    const imageGradient: InputGradient = () => {
      const windows = convolutionWindows(graph, node, output(node));
      const group = int(intOf(node, "group", 1));
      return graph.add("Conv", [gradient(), weights], { ...windowAttributes(windows), group });
    };
    return [imageGradient, () => weightGradient(graph, node, gradient(), image), () => biasGradient(graph, gradient())];
  },
  flops: ({ inputs }) => 2 * count(inputs[0] ?? []) * count(inputs[1]?.slice(1) ?? []),
};

/** The number of elements of a shape. */
function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The operators of this family. */
export const convolutionOperators: readonly Operator[] = [convolution, transposedConvolution];
