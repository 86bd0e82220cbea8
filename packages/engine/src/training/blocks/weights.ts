/**
 * The weights of convolutions in blocks.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { ints, intsOf } from "../../graph/attributes.ts";
import type { Dimension } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { int64List } from "../../graph/tensors.ts";
import type { Plan } from "./plan.ts";

/** Weights that are to be brought into another order. */
export interface Weights {
  readonly value: string;
  /** Whether they are [channels, filters, …] with filters in blocks, and not [filters, channels, …] in the usual order. */
  readonly swapped: boolean;
}

/**
 * The weights of `plan` as it takes the least to bring them into the order of the convolution. `inBlocks` gives a value
 * of `graph` in blocks.
 */
export function weightsOf(plan: Plan, graph: GraphBuilder, inBlocks: (value: string) => string): Weights {
  const value = plan.node.inputs[1] ?? "";
  const swapped = plan.transposed ? turned(graph, value, plan.taps) : exchangedSource(graph, value);
  return swapped === null ? { value, swapped: false } : { value: inBlocks(swapped), swapped: true };
}

/** Weights with the cells of their windows in the opposite order. */
function turned(graph: GraphBuilder, weights: string, taps: readonly number[]): string {
  const list = (of: (axis: number) => number): string => graph.constant(int64List(taps.map((_, axis) => of(axis))));
  const bounds = [list(() => -1), list(() => Number.MIN_SAFE_INTEGER), list((axis) => axis + 2), list(() => -1)];
  return graph.add("Slice", [weights, ...bounds]);
}

/** The value whose first two axes were exchanged to make `value`, or null. */
function exchangedSource(graph: GraphBuilder, value: string): string | null {
  const node = graph.producerOf(value);
  if (node?.operator !== "Transpose" || intsOf(node, "perm")?.join() !== "1,0,2,3") return null;
  return node.inputs[0] ?? null;
}

/**
 * Weights as [filters ÷ B, channels ÷ B, …, B channels, B filters], in the shape [filters, channels, …]. Names of values
 * begin with `output`.
 */
export function reordered(graph: GraphBuilder, plan: Plan, { value, swapped }: Weights, output: string): string {
  const { channels, channelCount, filters, taps, blockSize: size } = plan;
  const blocks: Dimension = channelCount === null ? `${channels} in blocks of ${size}` : channelCount / size;
  const source = swapped
    ? [blocks, size, filters / size, elementCount(taps), size]
    : [filters / size, size, blocks, size, ...taps];
  const order = swapped ? [2, 0, 3, 1, 4] : [0, 2, 4, 5, 3, 1];
  const apart = reshaped(graph, value, source, `${output}/weights apart`);
  const moved = graph.add("Transpose", [apart], { perm: ints(order) }, `${output}/weights moved`);
  return reshaped(graph, moved, [filters, channels, ...taps], `${output}/weights`);
}

/** `value` in the shape of `sizes`, of which one may be a name. */
function reshaped(graph: GraphBuilder, value: string, sizes: readonly Dimension[], stem: string): string {
  const list = int64List(sizes.map((size) => (typeof size === "string" ? -1 : size)));
  const shape = graph.add("Constant", [], { value: { kind: "tensor", value: list } }, `${stem}/shape`);
  const name = graph.fresh(stem);
  const node = { name, operator: "Reshape", domain: "", inputs: [value, shape], outputs: [name], attributes: {} };
  graph.append(node, [{ dataType: graph.typeOf(value).dataType, shape: sizes }]);
  return name;
}
