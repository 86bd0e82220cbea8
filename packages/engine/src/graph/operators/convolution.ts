/**
 * Convolution and its transpose, over any number of spatial axes.
 *
 * Each is the gradient of the other with respect to its input. The gradient with respect to the weights is in
 * `convolution-weights.ts`.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { int, intOf, ints } from "../attributes.ts";
import { dimensionProduct, shapeText } from "../dimensions.ts";
import type { Dimension } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Application, input, inputType, misfit, type Operator } from "../operator.ts";
import { reduceSum } from "./broadcasting.ts";
import { weightGradient } from "./convolution-weights.ts";
import {
  covered,
  positions,
  spatialSizes,
  transposedWindowsOf,
  type Window,
  windowAttributes,
  windowsOf,
} from "./windows.ts";

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
export const convolution: Operator = {
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
    const [spatial, kernel] = [image, weights].map((value) => spatialSizes(node, graph.typeOf(value).shape));
    const windows = windowsOf(node, spatial ?? [], kernel ?? []);
    const groups = intOf(node, "group", 1);
    const unreached = windows.map((window, axis) => remainder(spatial?.[axis] ?? 0, window));
    const attributes = { ...windowAttributes(windows), group: int(groups), output_padding: ints(unreached) };
    return [
      () => graph.add("ConvTranspose", [gradient(), weights], attributes),
      () => weightGradient(graph, { image, map: gradient(), windows, groups }, weights),
      () => biasGradient(graph, gradient()),
    ];
  },
  flops: ({ inputs, outputs }) => 2 * elementCount(outputs[0] ?? []) * elementCount(inputs[1]?.slice(1) ?? []),
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
    if (weights[0] !== image[1]) {
      throw misfit(node, `weights ${shapeText(weights)} do not fit an image ${shapeText(image)}`);
    }
    const { sizes } = transposedWindowsOf(node, spatialSizes(node, image), spatialSizes(node, weights));
    const channels = dimensionProduct([weights[1] ?? 1, intOf(node, "group", 1)]);
    return [{ dataType: inputType(application, 0).dataType, shape: [image[0] ?? 1, channels, ...sizes] }];
  },
  gradient: ({ graph, node, gradient }) => {
    const [image, weights] = [input(node, 0), input(node, 1)];
    const groups = intOf(node, "group", 1);
    const [spatial, kernel] = [image, weights].map((value) => spatialSizes(node, graph.typeOf(value).shape));
    const { windows } = transposedWindowsOf(node, spatial ?? [], kernel ?? []);
    return [
      () => graph.add("Conv", [gradient(), weights], { ...windowAttributes(windows), group: int(groups) }),
      () => weightGradient(graph, { image: gradient(), map: image, windows, groups }, weights),
      () => biasGradient(graph, gradient()),
    ];
  },
  flops: ({ inputs }) => 2 * elementCount(inputs[0] ?? []) * elementCount(inputs[1]?.slice(1) ?? []),
};

/** The operators of this family. */
export const convolutionOperators: readonly Operator[] = [convolution, transposedConvolution];
