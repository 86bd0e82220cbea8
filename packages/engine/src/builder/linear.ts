/**
 * Linear maps along the last axis: y = x · Wᵀ + b.
 *
 * Sequences are taken for one long list of rows, so that the map is a single product, and its gradients are, too.
 *
 * @module
 */
import { int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { int64List } from "../graph/tensors.ts";
import { initialBias, type InitialSpread, initialWeights } from "./initial-values.ts";
import { joinedName, type LayerPlace } from "./layer.ts";

/** The operands of a linear map. */
export interface LinearMap {
  /** x, [batch, inputs] or [batch, places, inputs] */
  readonly input: string;
  /** W, [units, inputs] */
  readonly weight: string;
  /** b, [units]; null for none. */
  readonly bias: string | null;
}

/** Appends the map; its value is called `output` if that is given and free. */
export function appendLinear(graph: GraphBuilder, { input, weight, bias }: LinearMap, output?: string): string {
  const example = graph.typeOf(input).shape.slice(1).map(Number);
  const [units = 0] = graph.typeOf(weight).shape.map(Number);
  const further = bias === null ? [weight] : [weight, bias];
  if (example.length === 1) return graph.add("Gemm", [input, ...further], { transB: int(1) }, output);
  const rows = graph.add("Reshape", [input, graph.constant(int64List([-1, ...example.slice(-1)]))]);
  const mapped = graph.add("Gemm", [rows, ...further], { transB: int(1) });
  const target = graph.constant(int64List([-1, ...example.slice(0, -1), units]));
  return graph.add("Reshape", [mapped, target], {}, output);
}

/** The parameters of a linear map. */
export interface LinearParameters {
  /** What they are called within the layer: "query" for "query.weight"; "" for "weight". */
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  readonly bias: boolean;
  readonly spread: InitialSpread;
}

/** Declares the parameters of a linear map of the layer at `place`. */
export function linearParameters(place: LayerPlace, parameters: LinearParameters): Omit<LinearMap, "input"> {
  const { name, inputs, units, bias, spread } = parameters;
  const fan = { inputs, outputs: units };
  const weight = place.parameter(joinedName(name, "weight"), [units, inputs], initialWeights(fan, spread));
  return {
    weight,
    bias: bias ? place.parameter(joinedName(name, "bias"), [units], initialBias(fan, spread)) : null,
  };
}
