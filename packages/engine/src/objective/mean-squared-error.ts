/**
 * Mean squared error, over all elements: (y − t)².
 *
 * @module
 */
import { present } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { elementsOf, elementTargets, type Objective, objectiveReference, type Scene } from "./objective.ts";

/** Squared error of an output against targets of its shape. */
export function meanSquaredError(): Objective {
  const part = objectiveReference("mean-squared-error", {}, {});
  return {
    part,
    targets: (output) => elementTargets(part, output),
    losses: (graph, scene) => {
      const error = appendError(graph, scene);
      return { losses: graph.add("Mul", [error, error]), weights: null };
    },
    mean: (graph, scene) => {
      const total = graph.add("ReduceSumSquare", [appendError(graph, scene)], { keepdims: int(0) });
      return graph.add("Div", [total, elementsOf(graph, scene.output, graph.typeOf(total).dataType)]);
    },
  };
}

/** Appends y − t. */
function appendError(graph: GraphBuilder, { output, targets }: Scene): string {
  return graph.add("Sub", [output, present(targets, "the targets")]);
}
