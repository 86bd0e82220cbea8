/**
 * Images of another size, by interpolation along each axis: with constant sizes that is a product with a constant matrix
 * for each axis,
 *
 *     y = M x,     M [new size, size],
 *
 * whose rows hold the weights with which the nearest cells make up a new one, and its gradient is the product with Mᵀ.
 *
 * The weights are those of the ONNX specification of Resize. https://onnx.ai/onnx/operators/onnx__Resize.html
 *
 * @module
 */
import { intOf, ints, intsOf, textOf } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { FIXED_SIZES, input, misfit } from "../../graph/operator.ts";
import { axisFromStart } from "../../graph/operators/axes.ts";
import { tensorOf } from "../../graph/tensors.ts";
import type { Composite } from "../composite.ts";
import { type Interpolation, interpolationOf, weightsOf } from "./interpolation.ts";

const resize: Composite = {
  name: "Resize",
  expand: ({ graph, node }) => {
    refuseRareOptions(node);
    const interpolation = interpolationOf(node);
    const resized = changesOf(graph, node).reduce(
      (value, change) => resizedAlong(graph, value, change, interpolation),
      input(node, 0),
    );
    return [resized];
  },
};

function refuseRareOptions(node: GraphNode): void {
  if (intOf(node, "antialias", 0) !== 0) throw misfit(node, "antialias is not supported");
  const policy = textOf(node, "keep_aspect_ratio_policy", "stretch");
  if (policy !== "stretch") throw misfit(node, `keep_aspect_ratio_policy "${policy}" is not supported`);
}

/** An axis that gets another size: the new one is ⌊size · scale⌋. */
interface Change {
  readonly axis: number;
  readonly size: number;
  readonly newSize: number;
  readonly scale: number;
}

/** What `node` does to the axes that it changes. Throws Fault "model-unsupported" where that is not known before it runs. */
function changesOf(graph: GraphBuilder, node: GraphNode): readonly Change[] {
  const { shape } = graph.typeOf(input(node, 0));
  const axes = intsOf(node, "axes")?.map((axis) => axisFromStart(axis, shape.length)) ?? shape.map((_, axis) => axis);
  const scales = numbersIn(graph, node.inputs[2] ?? "");
  const sizes = scales === null ? (graph.dimensionsOf(node.inputs[3] ?? "") ?? null) : null;
  const asked = scales ?? sizes;
  if (asked?.length !== axes.length) {
    throw misfit(node, "its scales or sizes are not known before the graph runs", FIXED_SIZES);
  }
  return axes.flatMap((axis, at) => {
    const size = shape[axis] ?? 1;
    const given = asked[at] ?? 1;
    if (scales === null ? given === size : given === 1) return [];
    if (typeof size !== "number" || typeof given !== "number") {
      throw misfit(
        node,
        `axis ${axis}, of size ${size}, changes its size, and the graph only knows it when it runs`,
        FIXED_SIZES,
      );
    }
    if (!(given > 0)) throw misfit(node, `axis ${axis} cannot be resized by ${given}`);
    const newSize = scales === null ? given : Math.floor(size * given);
    return [{ axis, size, newSize, scale: scales === null ? given / size : given }];
  });
}

/** The numbers that a constant, or several ones joined, hold; null where there are none. */
function numbersIn(graph: GraphBuilder, value: string): readonly number[] | null {
  const tensor = graph.constantOf(value);
  if (tensor !== null) return tensor.dataType === "float32" && tensor.values.length > 0 ? [...tensor.values] : null;
  const joint = graph.producerOf(value);
  if (joint?.operator !== "Concat") return null;
  const parts = joint.inputs.map((part) => numbersIn(graph, part));
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
}

/** The product along one axis, which is brought to the end and back where it does not lie there. */
function resizedAlong(graph: GraphBuilder, value: string, change: Change, interpolation: Interpolation): string {
  const { axis, size, newSize } = change;
  const { dataType, shape } = graph.typeOf(value);
  const rows = weightsOf(change, interpolation);
  // The last axis but one is multiplied from the left, all others as the last one from the right.
  if (axis === shape.length - 2) {
    return graph.add("MatMul", [graph.constant(tensorOf(dataType, [newSize, size], rows.flat())), value]);
  }
  const columns = Array.from({ length: size }, (_, cell) => rows.map((row) => row[cell] ?? 0));
  const matrix = graph.constant(tensorOf(dataType, [size, newSize], columns.flat()));
  if (axis === shape.length - 1) return graph.add("MatMul", [value, matrix]);
  const order = shape.map((_, place) => place).toSpliced(axis, 1);
  const there = graph.add("Transpose", [value], { perm: ints([...order, axis]) });
  const back = shape.map((_, place) => [...order, axis].indexOf(place));
  return graph.add("Transpose", [graph.add("MatMul", [there, matrix])], { perm: ints(back) });
}

/** The composites of this family. */
export const resizeComposites: readonly Composite[] = [resize];
