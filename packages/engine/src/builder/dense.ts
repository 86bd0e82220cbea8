/**
 * The dense layer: y = x · Wᵀ + b. The weights W lie as [units, inputs], as in PyTorch.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { initialBias, type InitialSpread, initialWeights } from "./initial-values.ts";
import { checkSize, type Layer, layerInput, type LayerPlace } from "./layer.ts";

/** Options of a dense layer. */
export interface DenseOptions {
  /** The number of outputs, from 1 to `MAX_PARAMETERS`. */
  readonly units: number;
  /** Whether there is a bias; yes unless given. */
  readonly bias?: boolean;
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
}

/** A dense layer: [batch, inputs] becomes [batch, units]. Throws Fault "option-invalid". */
export function dense(options: DenseOptions): Layer {
  checkSize("dense", "units", options.units);
  return { kind: "dense", append: (place) => appendDense(place, options) };
}

function appendDense(place: LayerPlace, { units, bias = true, spread = "glorot" }: DenseOptions): string {
  const { graph, name, parameter } = place;
  const [, inputs] = layerInput(place, 2);
  if (typeof inputs !== "number") {
    throw new Fault(
      "option-invalid",
      `layer "${name}" takes ${inputs} inputs`,
      "Give the model an input of fixed shape.",
    );
  }
  const weights = initialWeights({ inputs, outputs: units }, spread);
  const operands = [place.input, parameter("weight", [units, inputs], weights)];
  if (bias) operands.push(parameter("bias", [units], initialBias));
  return graph.add("Gemm", operands, { transB: int(1) }, place.output);
}
