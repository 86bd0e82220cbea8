/**
 * The contract of layers: what the model builder strings together. A layer may be made of others, which are its parts.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { shapeText } from "../graph/dimensions.ts";
import type { DataType } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import type { InitialValues } from "./initial-values.ts";

/** Where a layer is appended. */
export interface LayerPlace {
  readonly graph: GraphBuilder;
  /** The value that the layer takes, [batch, …]; all sizes but that of the batch are known. */
  readonly input: string;
  /** The name that is the layer's own, such as "dense1"; its parameters are "dense1.weight" and so on. "" for the model. */
  readonly name: string;
  /** The name of the value that the layer makes, unless it is taken. */
  readonly output: string;
  /**
   * Declares a parameter by its own name, such as "weight", or "" for that of the layer alone, and returns its value;
   * it is filled once all are known. Throws Fault "option-invalid" where the model has one of that name already.
   */
  readonly parameter: (ownName: string, shape: readonly number[], values: InitialValues) => string;
  /** Whether a layer before has declared the parameter of this full name, such as "embedding1.weight". */
  readonly declares: (fullName: string) => boolean;
  /** A place for a part of this layer. */
  readonly part: (place: PartPlace) => LayerPlace;
}

/** What is different in the place of a part. */
export type PartPlace = Pick<LayerPlace, "input" | "name" | "output">;

/** A layer. */
export interface Layer {
  /** The stem of the layer's name: "dense". */
  readonly kind: string;
  /** The layer's name where it has been given one; "" where its parts count as those of what it stands in. */
  readonly name?: string;
  /** Appends the layer and returns the value that it makes. Throws Fault "option-invalid" where its input does not fit. */
  readonly append: (place: LayerPlace) => string;
}

/** What a layer takes. */
export interface Taken {
  /** The numbers of axes that it can take, that of the batch included. */
  readonly ranks: readonly number[];
  readonly remedy: string;
  /** "float32" unless given. */
  readonly dataType?: DataType;
}

const IMAGES: Taken = { ranks: [4], remedy: "Give the model an input of shape [channels, height, width]." };

/**
 * The sizes of one example of the value that a layer takes: its shape without the batch.
 * Throws Fault "option-invalid", which names the layer, where the value is something else than it can take.
 */
export function exampleSizes({ graph, input, name }: LayerPlace, taken: Taken): readonly number[] {
  const { dataType, shape } = graph.typeOf(input);
  const wanted = taken.dataType ?? "float32";
  if (!taken.ranks.includes(shape.length)) {
    throw new Fault("option-invalid", `layer "${name}" cannot take ${shapeText(shape)}`, taken.remedy);
  }
  if (dataType !== wanted) {
    const remedy =
      wanted === "int64" ? 'Give the model whole numbers: dataType "int64".' : "Put embedding() before it.";
    throw new Fault("option-invalid", `layer "${name}" takes ${wanted}, not ${dataType}${shapeText(shape)}`, remedy);
  }
  return shape.slice(1).map(Number);
}

/** The channels, height and width of the images that a layer takes. Throws like {@link exampleSizes}. */
export function imageSizes(place: LayerPlace): readonly [channels: number, height: number, width: number] {
  const [channels = 0, height = 0, width = 0] = exampleSizes(place, IMAGES);
  return [channels, height, width];
}

/** The length and the width of the sequences that a layer takes. Throws like {@link exampleSizes}. */
export function sequenceSizes(place: LayerPlace): readonly [length: number, width: number] {
  const remedy = "Put embedding() or patches() before it, which make sequences [batch, places, width].";
  const [length = 0, width = 0] = exampleSizes(place, { ranks: [3], remedy });
  return [length, width];
}

/** `name` within what is called `around`: "blocks.0" and "norm" are "blocks.0.norm"; either may be "". */
export function joinedName(around: string, name: string): string {
  return [around, name].filter((part) => part !== "").join(".");
}
