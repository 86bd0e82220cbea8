/**
 * The dense layer: y = x · Wᵀ + b. The weights W lie as [units, inputs], as in PyTorch.
 *
 * @module
 */
import { checkSize } from "./checks.ts";
import { checkSpread, type InitialSpread } from "./initial-values.ts";
import { exampleSizes, type Layer } from "./layer.ts";
import { appendLinear, linearParameters } from "./linear.ts";

/** Options of a dense layer. */
export interface DenseOptions {
  /** The number of outputs, from 1 to `MAX_PARAMETERS`. */
  readonly units: number;
  /** Whether there is a bias; yes unless given. */
  readonly bias?: boolean;
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
}

/**
 * A dense layer: [batch, inputs] becomes [batch, units], and [batch, places, inputs] becomes [batch, places, units].
 * Throws Fault "option-invalid".
 */
export function dense({ units, bias = true, spread = "glorot" }: DenseOptions): Layer {
  checkSize("dense", "units", units);
  checkSpread("dense", spread);
  return {
    kind: "dense",
    append: (place) => {
      const sizes = exampleSizes(place, { ranks: [2, 3], remedy: "Put flatten() before it." });
      const inputs = sizes.at(-1) ?? 0;
      const map = linearParameters(place, { name: "", inputs, units, bias, spread });
      return appendLinear(place.graph, { input: place.input, ...map }, place.output);
    },
  };
}
