/**
 * Constants, and operators whose result depends on shapes alone.
 *
 * @module
 */
import { intOf } from "../attributes.ts";
import type { Dimension, GraphNode, TensorData } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type Application, inputType, misfit, noFlops, type Operator } from "../operator.ts";
import { float32Tensor, int64List, scalarTensor } from "../tensors.ts";

/** A scalar constant of the element type of `value`. */
export function scalarLike(graph: GraphBuilder, number: number, value: string): string {
  return graph.constant(scalarTensor(graph.typeOf(value).dataType, number));
}

/** The product of two values; a factor that is the scalar constant 1 is left out. */
export function times(graph: GraphBuilder, left: string, right: string): string {
  if (isOne(graph, left)) return right;
  return isOne(graph, right) ? left : graph.add("Mul", [left, right]);
}

function isOne(graph: GraphBuilder, value: string): boolean {
  const tensor = graph.constantOf(value);
  return tensor !== null && tensor.shape.length === 0 && tensor.values[0] === 1;
}

/** The tensor that a Constant node holds in one of its spellings; null for the spellings that hold texts. */
export function constantTensor(node: GraphNode): TensorData | null {
  const attribute = Object.entries(node.attributes).find(([name]) => name.startsWith("value"))?.[1];
  switch (attribute?.kind) {
    case "tensor":
      return attribute.value;
    case "int":
      return scalarTensor("int64", attribute.value);
    case "ints":
      return int64List(attribute.value);
    case "float":
      return float32Tensor([], [attribute.value]);
    case "floats":
      return float32Tensor([attribute.value.length], attribute.value);
    default:
      return null;
  }
}

const constant: Operator = {
  name: "Constant",
  types: ({ node }) => {
    const tensor = constantTensor(node);
    if (tensor === null) throw misfit(node, "the constant is neither a tensor nor made of numbers");
    return [{ dataType: tensor.dataType, shape: tensor.shape }];
  },
  gradient: "zero",
  flops: noFlops,
};

/** The dimensions of a tensor: all of them, or from `start` to before `end`, which count from the end if negative. */
const shape: Operator = {
  name: "Shape",
  types: (application) => [{ dataType: "int64", shape: [listedDimensions(application).length] }],
  dimensions: listedDimensions,
  gradient: "zero",
  flops: noFlops,
};

function listedDimensions(application: Application): readonly Dimension[] {
  const { shape: all } = inputType(application, 0);
  const { node } = application;
  return all.slice(intOf(node, "start", 0), intOf(node, "end", all.length));
}

/** The number of elements of a tensor. */
const size: Operator = {
  name: "Size",
  types: () => [{ dataType: "int64", shape: [] }],
  gradient: "zero",
  flops: noFlops,
};

/** A tensor of the given dimensions, filled with one number: 0 unless the attribute says otherwise. */
const constantOfShape: Operator = {
  name: "ConstantOfShape",
  types: (application) => {
    const value = application.node.attributes["value"];
    const dataType = value?.kind === "tensor" ? value.value.dataType : "float32";
    const dimensions = application.dimensions(0);
    if (dimensions === null) throw misfit(application.node, "its shape is not known before the graph runs");
    return [{ dataType, shape: dimensions }];
  },
  gradient: "zero",
  flops: noFlops,
};

/** The operators of this family. */
export const constantOperators: readonly Operator[] = [constant, shape, size, constantOfShape];
