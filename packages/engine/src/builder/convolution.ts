/**
 * The convolution layer over images. The weights lie as [filters, channels, kernel, kernel].
 *
 * @module
 */
import { ints } from "../graph/attributes.ts";
import { initialBias, type InitialSpread, initialWeights } from "./initial-values.ts";
import { checkSize, type Layer, layerInput, type LayerPlace } from "./layer.ts";

/** Options of a convolution. */
export interface Conv2dOptions {
  /** The number of output channels, from 1 to `MAX_PARAMETERS`. */
  readonly filters: number;
  /** The height and width of the window, from 1 to `MAX_PARAMETERS`. */
  readonly kernel: number;
  /** By how many cells the window moves, ≥ 1; 1 unless given. */
  readonly stride?: number;
  /** "same" pads with zeros so that a stride of 1 keeps the size; "valid", the default, does not pad. */
  readonly padding?: "same" | "valid";
  /** Whether there is a bias for each filter; yes unless given. */
  readonly bias?: boolean;
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
}

/** A convolution: [batch, channels, height, width] becomes [batch, filters, …]. Throws Fault "option-invalid". */
export function conv2d(options: Conv2dOptions): Layer {
  checkSize("conv2d", "filters", options.filters);
  checkSize("conv2d", "kernel", options.kernel);
  checkSize("conv2d", "stride", options.stride ?? 1);
  return { kind: "conv", append: (place) => appendConvolution(place, options) };
}

function appendConvolution(place: LayerPlace, options: Conv2dOptions): string {
  const { filters, kernel, stride = 1, padding = "valid", bias = true, spread = "glorot" } = options;
  const { graph, parameter } = place;
  const channels = Number(layerInput(place, 4)[1]);
  const shape = [filters, channels, kernel, kernel];
  const fan = { inputs: channels * kernel * kernel, outputs: filters * kernel * kernel };
  const operands = [place.input, parameter("weight", shape, initialWeights(fan, spread))];
  if (bias) operands.push(parameter("bias", [filters], initialBias));
  const total = padding === "same" ? kernel - 1 : 0;
  const [before, after] = [Math.floor(total / 2), Math.ceil(total / 2)];
  const attributes = { strides: ints([stride, stride]), pads: ints([before, before, after, after]) };
  return graph.add("Conv", operands, attributes, place.output);
}
