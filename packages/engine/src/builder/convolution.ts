/**
 * The convolution layer over images. The weights lie as [filters, channels ÷ groups, kernel, kernel].
 *
 * @module
 */
import { int, ints } from "../graph/attributes.ts";
import { checkParts, checkSize } from "./checks.ts";
import { checkSpread, initialBias, type InitialSpread, initialWeights } from "./initial-values.ts";
import { imageSizes, type Layer, type LayerPlace } from "./layer.ts";

/** Options of a convolution. */
export interface Conv2dOptions {
  /** The number of output channels, from 1 to `MAX_PARAMETERS`. */
  readonly filters: number;
  /** The height and width of the window, from 1 to `MAX_PARAMETERS`. */
  readonly kernel: number;
  /** By how many cells the window moves, ≥ 1; 1 unless given. */
  readonly stride?: number;
  /**
   * How many cells of zeros are added on each side, from 0 to `kernel`. "same" adds as many as let a stride of 1 keep the size;
   * "valid", the default, adds none.
   */
  readonly padding?: number | "same" | "valid";
  /** Into how many parts the channels are cut, each with its own share of the filters; 1 unless given. */
  readonly groups?: number;
  /** Whether there is a bias for each filter; yes unless given. */
  readonly bias?: boolean;
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
}

/** A convolution: [batch, channels, height, width] becomes [batch, filters, …]. Throws Fault "option-invalid". */
export function conv2d(options: Conv2dOptions): Layer {
  const { filters, kernel, stride = 1, padding = "valid", groups = 1, spread } = options;
  checkSize("conv2d", "filters", filters);
  checkSize("conv2d", "kernel", kernel);
  checkSize("conv2d", "stride", stride);
  checkSize("conv2d", "groups", groups);
  if (typeof padding === "number") checkSize("conv2d", "padding", padding, [0, kernel]);
  checkSpread("conv2d", spread);
  return { kind: "conv", append: (place) => appendConvolution(place, options) };
}

/** Appends a convolution with its parameters "weight" and "bias"; the options have been checked. */
export function appendConvolution(place: LayerPlace, options: Conv2dOptions): string {
  const { filters, kernel, stride = 1, padding = "valid", groups = 1, bias = true, spread = "glorot" } = options;
  const { graph, name, parameter } = place;
  const [channels] = imageSizes(place);
  checkParts(name, "groups", groups, ["channels", channels]);
  checkParts(name, "groups", groups, ["filters", filters]);
  const cells = kernel * kernel;
  const fan = { inputs: (channels / groups) * cells, outputs: (filters / groups) * cells };
  const shape = [filters, channels / groups, kernel, kernel];
  const operands = [place.input, parameter("weight", shape, initialWeights(fan, spread))];
  if (bias) operands.push(parameter("bias", [filters], initialBias(fan, spread)));
  const [before, after] = paddings(kernel, padding);
  const attributes = { strides: ints([stride, stride]), pads: ints([before, before, after, after]) };
  const grouped = groups === 1 ? attributes : { ...attributes, group: int(groups) };
  return graph.add("Conv", operands, grouped, place.output);
}

/** How many cells are added before and after. */
function paddings(kernel: number, padding: number | "same" | "valid"): readonly [before: number, after: number] {
  if (typeof padding === "number") return [padding, padding];
  const total = padding === "same" ? kernel - 1 : 0;
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
