/**
 * ONNX Runtime's own operators on images whose channels lie in blocks: the pixels of the first B channels one after
 * another, each with its B numbers side by side, then those of the next B channels. So a processor takes all channels of
 * a block at once. B depends on the processor; some have no such kernels.
 *
 * ONNX Runtime brings convolutions into this form by itself, but only where their weights are constants. In training
 * they are not: see `training/blocks/blocked-convolutions.ts`. The shapes of values are those that the images have in the usual
 * order, so only who makes a value knows how it lies.
 *
 * @module
 */
import { int } from "../attributes.ts";
import type { GraphNode } from "../graph.ts";
import { inputType, noFlops, type Operator } from "../operator.ts";
import { convolution } from "./convolution.ts";

/** The domain of these operators. */
export const BLOCKED_DOMAIN = "com.microsoft.nchwc";
/** The version of the domain. */
export const BLOCKED_OPERATOR_SET = 1;

/** An operator that brings its input into another order. */
function reordering(name: string): Operator {
  return { name, types: (application) => [inputType(application, 0)], gradient: "missing", flops: noFlops };
}

/** The operators of the domain that are used here. */
export const blockedOperators: readonly Operator[] = [
  { ...convolution, gradient: "missing" },
  reordering("ReorderInput"),
  reordering("ReorderOutput"),
];

/** A node that gives `image`, which lies in the usual order, in blocks. */
export function toBlocks(image: string, output: string): GraphNode {
  return blockedNode("ReorderInput", [image], output);
}

/** A node that gives an image of so many channels, which lies in blocks, in the usual order. */
export function fromBlocks(image: string, channels: number, output: string): GraphNode {
  return blockedNode("ReorderOutput", [image], output, { channels: int(channels) });
}

/** A node of the domain. */
export function blockedNode(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: GraphNode["attributes"] = {},
): GraphNode {
  return { name: output, operator, domain: BLOCKED_DOMAIN, inputs, outputs: [output], attributes };
}
