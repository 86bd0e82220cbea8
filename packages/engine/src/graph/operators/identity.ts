/**
 * Operators that hand their input on as it is.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { describe } from "../check.ts";
import { sameNumbers } from "../float-arithmetic.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { inputType, noFlops, type Operator } from "../operator.ts";
import { sameDimensions } from "../shape-arithmetic.ts";
import { likeInput } from "./elementwise.ts";

/** y = x */
const identity: Operator = {
  name: "Identity",
  types: likeInput,
  dimensions: sameDimensions,
  numbers: sameNumbers,
  gradient: ({ narrowGradient }) => [() => narrowGradient],
  flops: noFlops,
};

/**
 * In evaluation y = x. In training elements are zero at random, and whoever trains puts a product with a mask in its
 * place first: the random numbers of ONNX Runtime do not come from the key of a run.
 * The second output says which elements are kept.
 */
const dropout: Operator = {
  name: "Dropout",
  types: (application) => {
    const type = inputType(application, 0);
    return [type, { ...type, dataType: "bool" }];
  },
  gradient: ({ graph, node, narrowGradient }) => {
    if (!isIdentity(graph, node)) throw randomFault(node);
    return [() => narrowGradient, null, null];
  },
  flops: noFlops,
};

/** Whether a Dropout node is known to keep every element. */
function isIdentity(graph: GraphBuilder, { inputs: [, ratio = "", training = ""] }: GraphNode): boolean {
  const isZero = (value: string): boolean => Number(graph.constantOf(value)?.values[0] ?? 1) === 0;
  return training === "" || isZero(training) || (ratio !== "" && isZero(ratio));
}

function randomFault(node: GraphNode): Fault {
  return new Fault(
    "model-unsupported",
    `${describe(node)} drops elements at random and has not been given a mask`,
    "Export the model in evaluation mode, or with a dropout of 0.",
  );
}

/** The operators of this family. */
export const identityOperators: readonly Operator[] = [identity, dropout];
