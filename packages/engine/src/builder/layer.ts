/**
 * The contract of layers: what the model builder strings together.
 *
 * @module
 */
import { Fault, fold, type Key } from "@potluck/core";
import { shapeText } from "../graph/dimensions.ts";
import type { Dimension } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/** Where a layer is appended. */
export interface LayerPlace {
  readonly graph: GraphBuilder;
  /** The value that the layer takes, [batch, …]. */
  readonly input: string;
  /** The name that is the layer's own, such as "dense1"; its parameters are "dense1.weight" and so on. */
  readonly name: string;
  /** The name of the value that the layer makes. */
  readonly output: string;
  /** The random key for the layer's initial parameters. */
  readonly key: Key;
}

/** A layer of a sequential model. */
export interface Layer {
  /** The stem of the layer's name: "dense". */
  readonly kind: string;
  /** Appends the layer and returns the value that it makes. Throws Fault "option-invalid" where its input does not fit. */
  readonly append: (place: LayerPlace) => string;
}

/** The shape of the value that a layer takes, which must have `rank` dimensions. */
export function layerInput({ graph, input, name }: LayerPlace, rank: number): readonly Dimension[] {
  const { shape } = graph.typeOf(input);
  if (shape.length === rank) return shape;
  const remedy =
    rank === 2 ? "Put flatten() before it." : "Give the model an input of shape [channels, height, width].";
  throw new Fault("option-invalid", `layer "${name}" cannot take ${shapeText(shape)}`, remedy);
}

/** The key of one parameter of a layer. */
export function parameterKey({ key }: LayerPlace, parameter: string): Key {
  return fold(key, parameter);
}

/** `value` itself, a whole number of at least `least`. Throws Fault "option-invalid" for anything else. */
export function wholeOption(layer: string, option: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Fault(
    "option-invalid",
    `${layer}: ${option} must be a whole number ≥ ${least}, got ${value}`,
    `Change ${option}.`,
  );
}
