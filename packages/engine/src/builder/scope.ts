/**
 * Graph builders that name nodes after a layer: what the layer "blocks.0" appends is "blocks.0.MatMul" and not
 * "MatMul.7", so that whoever looks at the model, or at a message about it, knows where that is. Constants, which
 * layers share, have plain names.
 *
 * @module
 */
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { joinedName } from "./layer.ts";

/** `graph`, in which nodes that are not given a name get one within `layer`. */
export function scoped(graph: GraphBuilder, layer: string): GraphBuilder {
  return {
    ...graph,
    add: (operator, inputs, attributes, name = joinedName(layer, operator)) =>
      graph.add(operator, inputs, attributes, name),
    fresh: (stem) => graph.fresh(joinedName(layer, stem)),
  };
}
