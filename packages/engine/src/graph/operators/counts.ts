/**
 * Numbers of elements, where gradients of means need them.
 *
 * @module
 */
import { dimensionProduct, dimensionQuotient } from "../dimensions.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { cast } from "./comparison.ts";
import { scalarLike, times } from "./constants.ts";

/**
 * `factor` times the number of elements of `part` divided by that of `whole`, as a scalar of the element type of
 * `whole`: a constant unless it depends on sizes that are not known before the graph runs.
 */
export function elementRatio(graph: GraphBuilder, part: string, whole: string, factor = 1): string {
  const few = dimensionProduct(graph.typeOf(part).shape);
  const quotient = dimensionQuotient(dimensionProduct(graph.typeOf(whole).shape), few);
  if (typeof quotient === "number") return scalarLike(graph, factor / quotient, whole);
  const { dataType } = graph.typeOf(whole);
  const count = (value: string): string => cast(graph, graph.add("Size", [value]), dataType);
  const above =
    typeof few === "number"
      ? scalarLike(graph, factor * few, whole)
      : times(graph, count(part), scalarLike(graph, factor, whole));
  return graph.add("Div", [above, count(whole)]);
}
