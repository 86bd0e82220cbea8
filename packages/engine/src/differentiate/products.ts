/**
 * Derivatives times vectors, without the matrices: each costs a few passes through the graph, whatever its size.
 *
 *     H v, the second derivative of f along v:      the gradient of ⟨∇f, v⟩
 *     J v, the derivative of y(x) along v:          the gradient with respect to u of ⟨Jᵀ u, v⟩, whatever u
 *
 * Both derive a derived graph. The second one uses that Jᵀ u, the gradient of ⟨u, y⟩, is linear in u.
 *
 * Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6, 1994.
 * https://doi.org/10.1162/neco.1994.6.1.147
 *
 * @module
 */
import { Fault, present } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { shapeText } from "../graph/dimensions.ts";
import { isFloating } from "../graph/element-types.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { zerosLike } from "../graph/operators/sizes.ts";
import { appendGradients } from "./differentiate.ts";

/** Values by the names of the values that they belong to. */
export type ValuesByName = ReadonlyMap<string, string>;

/**
 * Appends H v, where `gradients` are those of one float with respect to their keys, and v the values of `direction`,
 * each in the shape of its key: the products by these keys, in the shapes of the values that they name.
 * Throws Fault "model-unsupported" where a gradient cannot be differentiated.
 */
export function appendHessianProduct(
  graph: GraphBuilder,
  gradients: ValuesByName,
  direction: ValuesByName,
): ValuesByName {
  const slope = innerProduct(graph, gradients, direction);
  return appendGradients(graph, { output: slope, withRespectTo: [...direction.keys()] });
}

/**
 * Appends the product of the derivative of `output`, floats of any shape, with the values of `direction`, each in the
 * shape of its key; a value in the shape of `output`. Throws Fault "model-unsupported" for an operator on the way that
 * cannot be differentiated.
 */
export function appendJacobianProduct(graph: GraphBuilder, output: string, direction: ValuesByName): string {
  const { dataType, shape } = graph.typeOf(output);
  if (!isFloating(dataType)) {
    throw new Fault(
      "model-unsupported",
      `the derivative of "${output}" was asked for, which is ${dataType}${shapeText(shape)} instead of floats`,
      "Ask for that of an output that is made of floats.",
    );
  }
  const anything = zerosLike(graph, output);
  const pulled = innerProduct(graph, new Map([[output, output]]), new Map([[output, anything]]));
  const transposed = appendGradients(graph, { output: pulled, withRespectTo: [...direction.keys()] });
  const slope = innerProduct(graph, transposed, direction);
  const products = appendGradients(graph, { output: slope, withRespectTo: [anything] });
  return present(products.get(anything), "the product");
}

/** Appends Σ left · right over all elements of all values of `right`: one number. */
function innerProduct(graph: GraphBuilder, left: ValuesByName, right: ValuesByName): string {
  const sums = [...right].map(([name, value]) => {
    const product = graph.add("Mul", [present(left.get(name), `the value for "${name}"`), value]);
    return graph.add("ReduceSum", [product], { keepdims: int(0) });
  });
  return graph.add("Sum", sums);
}
