/**
 * A model that is being built: its graph, and the parameters that layers have declared but nobody has filled yet. So a
 * model that is too large is refused before a weight of it is drawn.
 *
 * @module
 */
import { elementCount, Fault, fold, type Key } from "@potluck/core";
import { checkParameterCount } from "../graph/capacity.ts";
import type { Graph, TensorData } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { float32Tensor } from "../graph/tensors.ts";
import type { InitialValues } from "./initial-values.ts";
import { joinedName, type LayerPlace, type PartPlace } from "./layer.ts";
import { scoped } from "./scope.ts";

/** A parameter that has no values yet. */
export interface Declaration {
  readonly layer: string;
  readonly ownName: string;
  readonly shape: readonly number[];
  readonly values: InitialValues;
}

/** A graph with the parameters that its layers have declared, by their full names. */
export interface Draft {
  readonly graph: GraphBuilder;
  readonly declarations: Map<string, Declaration>;
}

/** The place in `draft` of the layer `part`. */
export function placeIn(draft: Draft, part: PartPlace): LayerPlace {
  return {
    ...part,
    graph: scoped(draft.graph, part.name),
    parameter: (ownName, shape, values) => declare(draft, { layer: part.name, ownName, shape, values }),
    declares: (fullName) => draft.declarations.has(fullName),
    part: (inner) => placeIn(draft, inner),
  };
}

function declare({ graph, declarations }: Draft, declaration: Declaration): string {
  const { layer, ownName, shape } = declaration;
  const name = joinedName(layer, ownName);
  if (graph.has(name)) {
    throw new Fault(
      "option-invalid",
      `layer "${layer}" would have a parameter "${name}", and something before it has that name already`,
      "Give every layer a name of its own.",
    );
  }
  declarations.set(name, declaration);
  return graph.outer(name, { dataType: "float32", shape });
}

/**
 * `graph` with its parameters, whose first values follow from `key` and from where they stand. Throws Fault
 * "option-invalid", whose message starts with `what`, where they are more than `MAX_PARAMETERS` together.
 */
export function filled(graph: Graph, declarations: Draft["declarations"], key: Key, what: string): Graph {
  const count = [...declarations.values()].reduce((sum, { shape }) => sum + product(shape), 0);
  checkParameterCount(count, "option-invalid", what, "Use fewer units, filters or layers, or smaller examples.");
  const initializers = new Map([...declarations].map(([name, declaration]) => [name, drawn(declaration, key)]));
  return { ...graph, initializers };
}

/** Like `elementCount`, for shapes that may be larger than anything that can be held. */
function product(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

function drawn({ layer, ownName, shape, values }: Declaration, key: Key): TensorData {
  return float32Tensor(shape, values(fold(fold(key, layer), ownName), elementCount(shape)));
}
