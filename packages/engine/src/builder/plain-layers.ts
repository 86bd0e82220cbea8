/**
 * Layers without parameters: pooling, shapes, activations and dropout.
 *
 * @module
 */
import { type Attributes, float, int, ints } from "../graph/attributes.ts";
import { float32Tensor, scalarTensor } from "../graph/tensors.ts";
import { checkShare, checkSize, checkWindow } from "./checks.ts";
import { appendComposite } from "./composite.ts";
import { exampleSizes, imageSizes, type Layer, sequenceSizes } from "./layer.ts";

/** Options of a pooling layer. */
export interface Pool2dOptions {
  /** The height and width of the windows, ≥ 1. */
  readonly size: number;
  /** By how many cells the window moves, ≥ 1; `size` unless given, so that windows do not overlap. */
  readonly stride?: number;
  /** How many cells are added on each side, at most half of `size`; 0 unless given. An average counts them as zeros. */
  readonly padding?: number;
}

/** The maximum of each window: [batch, channels, h, w] becomes [batch, channels, …]. Throws Fault "option-invalid". */
export function maxPool2d(options: Pool2dOptions): Layer {
  return pool("maxPool2d", "MaxPool", options);
}

/** The average of each window: [batch, channels, h, w] becomes [batch, channels, …]. Throws Fault "option-invalid". */
export function averagePool2d(options: Pool2dOptions): Layer {
  return pool("averagePool2d", "AveragePool", options, { count_include_pad: int(1) });
}

function pool(factory: string, operator: string, options: Pool2dOptions, further: Attributes = {}): Layer {
  const { size, stride = size, padding = 0 } = options;
  checkSize(factory, "size", size);
  checkSize(factory, "stride", stride);
  checkSize(factory, "padding", padding, [0, Math.floor(size / 2)]);
  const windows = { kernel_shape: ints([size, size]), strides: ints([stride, stride]) };
  const attributes = padding === 0 ? windows : { ...windows, pads: ints([1, 1, 1, 1].map(() => padding)), ...further };
  return {
    kind: "pool",
    append: (place) => {
      const [, ...sizes] = imageSizes(place);
      checkWindow(place.name, { reach: [size, size], sizes, padding: [2 * padding, 2 * padding] });
      return place.graph.add(operator, [place.input], attributes, place.output);
    },
  };
}

/** The average of each channel: [batch, channels, h, w] becomes [batch, channels]. */
export function globalAveragePool2d(): Layer {
  return {
    kind: "pool",
    append: (place) => {
      imageSizes(place);
      const averages = place.graph.add("GlobalAveragePool", [place.input]);
      return place.graph.add("Flatten", [averages], { axis: int(1) }, place.output);
    },
  };
}

/** One row for each example: [batch, …] becomes [batch, values]. */
export function flatten(): Layer {
  return simple("flatten", "Flatten", { axis: int(1) });
}

/** The first place of each sequence, where classToken() has put its own: [batch, places, width] becomes [batch, width]. */
export function firstPlace(): Layer {
  return {
    kind: "first",
    append: (place) => {
      sequenceSizes(place);
      const first = place.graph.constant(scalarTensor("int64", 0));
      return place.graph.add("Gather", [place.input, first], { axis: int(1) }, place.output);
    },
  };
}

/** max(0, x) */
export function relu(): Layer {
  return simple("relu", "Relu");
}

/** x cut to [0, 6], which 8 bits hold well. */
export function relu6(): Layer {
  return {
    kind: "relu6",
    append: ({ graph, input, output }) => {
      const bounds = [0, 6].map((bound) => graph.constant(float32Tensor([], [bound])));
      return graph.add("Clip", [input, ...bounds], {}, output);
    },
  };
}

/** x where x ≥ 0, else slope · x. */
export function leakyRelu({ slope = 0.01 }: { readonly slope?: number } = {}): Layer {
  return simple("leakyRelu", "LeakyRelu", { alpha: float(slope) });
}

/** 1 ÷ (1 + e^−x) */
export function sigmoid(): Layer {
  return simple("sigmoid", "Sigmoid");
}

/** tanh x */
export function tanh(): Layer {
  return simple("tanh", "Tanh");
}

/** ln(1 + e^x) */
export function softplus(): Layer {
  return simple("softplus", "Softplus");
}

/** x where x ≥ 0, else alpha · (e^x − 1). */
export function elu({ alpha = 1 }: { readonly alpha?: number } = {}): Layer {
  return simple("elu", "Elu", { alpha: float(alpha) });
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** "none", which is the default, for Φ itself, or "tanh" for an approximation that is faster in places. */
  readonly approximation?: "none" | "tanh";
}

/** x · Φ(x), Φ the distribution function of the standard normal. Hendrycks, Gimpel, https://arxiv.org/abs/1606.08415 */
export function gelu({ approximation = "none" }: GeluOptions = {}): Layer {
  const attributes: Attributes = { approximate: { kind: "string", value: approximation } };
  return { kind: "gelu", append: (place) => appendComposite(place, "Gelu", [], attributes) };
}

/** x · σ(x), σ the logistic function; also called swish. Ramachandran, Zoph, Le, https://arxiv.org/abs/1710.05941 */
export function silu(): Layer {
  return { kind: "silu", append: (place) => appendComposite(place, "Swish", [], {}) };
}

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** The share p of elements that become 0 in training, in [0, 1). */
  readonly rate: number;
}

/**
 * In training each element becomes 0 with probability p, and the others are divided by 1 − p; what it drops follows
 * from the seed of the step. In evaluation it does nothing. Throws Fault "option-invalid".
 * Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, JMLR 15, 2014. https://jmlr.org/papers/v15/srivastava14a.html
 */
export function dropout({ rate }: DropoutOptions): Layer {
  checkShare("dropout", "rate", rate);
  return {
    kind: "dropout",
    append: (place) => {
      exampleSizes(place, {
        ranks: [2, 3, 4],
        remedy: "Put it after a layer that gives one value or more per example.",
      });
      const share = place.graph.constant(float32Tensor([], [rate]));
      return place.graph.add("Dropout", [place.input, share], {}, place.output);
    },
  };
}

function simple(kind: string, operator: string, attributes: Attributes = {}): Layer {
  return { kind, append: ({ graph, input, output }) => graph.add(operator, [input], attributes, output) };
}
