/**
 * The contract of layers: what the model builder strings together.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { MAX_PARAMETERS } from "../graph/capacity.ts";
import { shapeText } from "../graph/dimensions.ts";
import type { Dimension } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import type { InitialValues } from "./initial-values.ts";

/** Where a layer is appended. */
export interface LayerPlace {
  readonly graph: GraphBuilder;
  /** The value that the layer takes, [batch, …]. */
  readonly input: string;
  /** The name that is the layer's own, such as "dense1"; its parameters are "dense1.weight" and so on. */
  readonly name: string;
  /** The name of the value that the layer makes. */
  readonly output: string;
  /** Declares a parameter by its own name, such as "weight", and returns its value; it is filled once all are known. */
  readonly parameter: (ownName: string, shape: readonly number[], values: InitialValues) => string;
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

/** Throws Fault "option-invalid" unless `value` is a whole number from 1 to `MAX_PARAMETERS`. */
export function checkSize(layer: string, option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= MAX_PARAMETERS) return;
  throw new Fault(
    "option-invalid",
    `${layer}: ${option} must be a whole number from 1 to ${MAX_PARAMETERS}, got ${value}`,
    `Change ${option}.`,
  );
}
