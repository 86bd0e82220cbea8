/**
 * Images as sequences, for transformers.
 *
 * Dosovitskiy, Beyer, Kolesnikov, Weissenborn, Zhai, Unterthiner, Dehghani, Minderer, Heigold, Gelly, Uszkoreit,
 * Houlsby, "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale", ICLR 2021.
 * https://arxiv.org/abs/2010.11929
 *
 * @module
 */
import { int, ints } from "../graph/attributes.ts";
import { int64List } from "../graph/tensors.ts";
import { checkPositive, checkSize } from "./checks.ts";
import { appendConvolution } from "./convolution.ts";
import { checkSpread, constantValues, type InitialSpread, normalValues } from "./initial-values.ts";
import { joinedName, type Layer, sequenceSizes } from "./layer.ts";

/** Options of {@link patches}. */
export interface PatchesOptions {
  /** The height and width of a patch, ≥ 1; cells that do not fill one are left out. */
  readonly size: number;
  /** The number of values for each patch, from 1 to `MAX_PARAMETERS`. */
  readonly width: number;
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
}

/**
 * Each patch of an image through one dense layer, row after row: [batch, channels, h, w] becomes [batch, patches, width].
 * "weight" and "bias" are those of a convolution. Throws Fault "option-invalid".
 */
export function patches({ size, width, spread = "glorot" }: PatchesOptions): Layer {
  checkSize("patches", "size", size);
  checkSize("patches", "width", width);
  checkSpread("patches", spread);
  return {
    kind: "patches",
    append: (place) => {
      const { graph, input, name, output } = place;
      const inner = place.part({ input, name, output: joinedName(name, "map") });
      const maps = appendConvolution(inner, { filters: width, kernel: size, stride: size, spread });
      const cells = graph.add("Reshape", [maps, graph.constant(int64List([0, width, -1]))]);
      return graph.add("Transpose", [cells], { perm: ints([0, 2, 1]) }, output);
    },
  };
}

/** Options of {@link classToken}. */
export interface ClassTokenOptions {
  /** The standard deviation of the initial values, > 0; they are 0 unless it is given. */
  readonly deviation?: number;
}

/**
 * One more place before all others, with a learnt vector: [batch, places, width] becomes [batch, places + 1, width].
 * The parameter has the layer's own name, [1, 1, width]; firstPlace() takes the place out again.
 * Throws Fault "option-invalid".
 */
export function classToken({ deviation }: ClassTokenOptions = {}): Layer {
  if (deviation !== undefined) checkPositive("classToken", "deviation", deviation);
  return {
    kind: "token",
    append: (place) => {
      const { graph, input, output } = place;
      const [, width] = sequenceSizes(place);
      const values = deviation === undefined ? constantValues(0) : normalValues(deviation);
      const token = place.parameter("", [1, 1, width], values);
      const batch = graph.add("Shape", [input], { start: int(0), end: int(1) });
      const shape = graph.add("Concat", [batch, graph.constant(int64List([1, width]))], { axis: int(0) });
      return graph.add("Concat", [graph.add("Expand", [token, shape]), input], { axis: int(1) }, output);
    },
  };
}
