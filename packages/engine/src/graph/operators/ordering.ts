/**
 * Running sums and largest entries along an axis.
 *
 * @module
 */
import { int, intOf } from "../attributes.ts";
import { input, inputType, noFlops, type Operator, perElement } from "../operator.ts";
import { axisOf, knownDimensions } from "./axes.ts";
import { likeInput } from "./elementwise.ts";
import { zerosLike } from "./sizes.ts";

/** y_i = Σ x_j over j ≤ i, or j < i if exclusive; in reverse, over j ≥ i, or j > i. The gradient runs the other way. */
const cumSum: Operator = {
  name: "CumSum",
  types: likeInput,
  gradient: ({ graph, node, gradient }) => [
    () => {
      const reverse = int(1 - intOf(node, "reverse", 0));
      const exclusive = int(intOf(node, "exclusive", 0));
      return graph.add("CumSum", [gradient(), input(node, 1)], { exclusive, reverse });
    },
    null,
  ],
  flops: perElement(1),
};

/** The k largest entries along an axis, or the smallest, and their places, which differ. */
const topK: Operator = {
  name: "TopK",
  types: (application) => {
    const { dataType, shape } = inputType(application, 0);
    const [count = 1] = knownDimensions(application, 1);
    const taken = shape.with(axisOf(application.node, -1, shape.length), count);
    return [
      { dataType, shape: taken },
      { dataType: "int64", shape: taken },
    ];
  },
  gradient: ({ graph, node, gradient }) => [
    () => {
      const places = graph.furtherOutput(node, 1);
      const axis = int(intOf(node, "axis", -1));
      return graph.add("ScatterElements", [zerosLike(graph, input(node, 0)), places, gradient()], { axis });
    },
    null,
  ],
  flops: noFlops,
};

/** The operators of this family. */
export const orderingOperators: readonly Operator[] = [cumSum, topK];
