/**
 * The dense layer: y = x · Wᵀ + b. The weights W lie as [units, inputs], as in PyTorch.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { initialBias, type InitialSpread, initialWeights } from "./initial-values.ts";
import { type Layer, layerInput, type LayerPlace, parameterKey, wholeOption } from "./layer.ts";

/** Options of a dense layer. */
export interface DenseOptions {
  /** The number of outputs, ≥ 1. */
  readonly units: number;
  /** Whether there is a bias; yes unless given. */
  readonly bias?: boolean;
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
}

/** A dense layer: [batch, inputs] becomes [batch, units]. Throws Fault "option-invalid". */
export function dense(options: DenseOptions): Layer {
  wholeOption("dense", "units", options.units);
  return { kind: "dense", append: (place) => appendDense(place, options) };
}

function appendDense(place: LayerPlace, { units, bias = true, spread = "glorot" }: DenseOptions): string {
  const { graph, name } = place;
  const [, inputs] = layerInput(place, 2);
  if (typeof inputs !== "number") {
    throw new Fault(
      "option-invalid",
      `layer "${name}" takes ${inputs} inputs`,
      "Give the model an input of fixed shape.",
    );
  }
  const fan = { inputs, outputs: units };
  const weights = initialWeights(parameterKey(place, "weight"), [units, inputs], fan, spread);
  const operands = [place.input, graph.initializer(`${name}.weight`, weights)];
  if (bias) operands.push(graph.initializer(`${name}.bias`, initialBias(units)));
  return graph.add("Gemm", operands, { transB: int(1) }, place.output);
}
