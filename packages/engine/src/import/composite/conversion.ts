/**
 * Conversion to the element type of another value.
 *
 * @module
 */
import { input } from "../../graph/operator.ts";
import { cast } from "../../graph/operators/comparison.ts";
import type { Composite } from "../composite.ts";

/** y = x in the element type of the second input, whose elements do not matter. */
const castLike: Composite = {
  name: "CastLike",
  takesAnything: true,
  expand: ({ graph, node }) => {
    const [x, like] = [input(node, 0), input(node, 1)];
    const { dataType } = graph.typeOf(like);
    return [graph.typeOf(x).dataType === dataType ? x : cast(graph, x, dataType)];
  },
};

/** The composites of this family. */
export const conversionComposites: readonly Composite[] = [castLike];
