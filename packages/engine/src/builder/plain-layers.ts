/**
 * Layers without parameters: pooling, shapes and activations.
 *
 * @module
 */
import { type Attributes, float, int, ints } from "../graph/attributes.ts";
import { checkSize, type Layer, layerInput } from "./layer.ts";

/** Options of a pooling layer. */
export interface MaxPool2dOptions {
  /** The height and width of the windows, which do not overlap, ≥ 1. */
  readonly size: number;
}

/** The maximum of each window: [batch, channels, h, w] becomes [batch, channels, ⌊h ÷ size⌋, ⌊w ÷ size⌋]. */
export function maxPool2d({ size }: MaxPool2dOptions): Layer {
  checkSize("maxPool2d", "size", size);
  const attributes = { kernel_shape: ints([size, size]), strides: ints([size, size]) };
  return {
    kind: "pool",
    append: (place) => {
      layerInput(place, 4);
      return place.graph.add("MaxPool", [place.input], attributes, place.output);
    },
  };
}

/** One row for each example: [batch, …] becomes [batch, values]. */
export function flatten(): Layer {
  return simple("flatten", "Flatten", { axis: int(1) });
}

/** max(0, x) */
export function relu(): Layer {
  return simple("relu", "Relu");
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

function simple(kind: string, operator: string, attributes: Attributes = {}): Layer {
  return { kind, append: ({ graph, input, output }) => graph.add(operator, [input], attributes, output) };
}
