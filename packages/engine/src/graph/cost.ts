/**
 * What a graph costs: arithmetic, parameters and memory, counted node by node.
 *
 * A multiplication with its addition counts as two operations; moving data counts as none. The cost of training is
 * that of the derived graph.
 *
 * @module
 */
import { elementCount, Fault, present } from "@potluck/core";
import { dimensionSize } from "./dimensions.ts";
import { elementBytes } from "./element-types.ts";
import type { Graph } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { graphBuilder } from "./graph-building.ts";
import { operatorOf } from "./operators/registry.ts";

/** What running a graph once costs. */
export interface Cost {
  /** Floating-point operations. */
  readonly flops: number;
  /** Elements of all initializers. */
  readonly parameterCount: number;
  readonly parameterBytes: number;
  /** Elements of all values that nodes make, constants left out. */
  readonly activationElements: number;
  readonly activationBytes: number;
}

/** What stands for named dimensions: one size for each name, or one for all. */
export type NamedSizes = number | Readonly<Record<string, number>>;

/**
 * The cost of running `graph` once with its named dimensions replaced by `sizes`: of one example unless given.
 * Throws Fault "model-unsupported" for a name that is not among them.
 */
export function costOf(graph: Graph, sizes: NamedSizes = 1): Cost {
  const builder = graphBuilder(graph);
  const cost = { flops: 0, parameterCount: 0, parameterBytes: 0, activationElements: 0, activationBytes: 0 };
  for (const { shape, dataType } of graph.initializers.values()) {
    cost.parameterCount += elementCount(shape);
    cost.parameterBytes += elementCount(shape) * elementBytes[dataType];
  }
  for (const node of graph.nodes) {
    if (node.operator === "Constant") continue;
    const inputs = node.inputs.map((name) => (name === "" ? [] : sizesOf(builder, name, sizes)));
    const made = node.outputs.filter((name) => name !== "");
    const outputs = made.map((name) => sizesOf(builder, name, sizes));
    cost.flops += operatorOf(node).flops({ node, inputs, outputs });
    made.forEach((name, at) => {
      const elements = elementCount(present(outputs[at], `the sizes of "${name}"`));
      cost.activationElements += elements;
      cost.activationBytes += elements * elementBytes[builder.typeOf(name).dataType];
    });
  }
  return cost;
}

function sizesOf(builder: GraphBuilder, value: string, sizes: NamedSizes): readonly number[] {
  const sizeOf = (name: string): number | undefined => (typeof sizes === "number" ? sizes : sizes[name]);
  return builder.typeOf(value).shape.map((dimension) => {
    const size = dimensionSize(dimension, sizeOf);
    if (size !== null) return size;
    throw new Fault(
      "model-unsupported",
      `the size of dimension "${dimension}" of "${value}" is not given`,
      "Say the size of every named dimension of the model's inputs.",
    );
  });
}
