/**
 * Sequences of tensors that are known when the model is imported: lists of values, and no sequences afterwards.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { int, intOf } from "../../graph/attributes.ts";
import { describe } from "../../graph/check.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { FIXED_SIZES, input, misfit } from "../../graph/operator.ts";
import { axisOf } from "../../graph/operators/axes.ts";
import { int64List, scalarTensor, tensorNumbers } from "../../graph/tensors.ts";
import type { Composite, Expansion } from "../composite.ts";
import { partsOfSizes } from "./parts.ts";

/** The parts of a tensor along one axis: of the given sizes, of one size but for the last, or single entries. */
const splitToSequence: Composite = {
  name: "SplitToSequence",
  takesAnything: true,
  expand: (expansion) => {
    const { graph, node } = expansion;
    const x = input(node, 0);
    const { shape } = graph.typeOf(x);
    const axis = axisOf(node, 0, shape.length);
    const sizes = partSizes(graph, node, shape[axis] ?? 0);
    const dropsAxis = (node.inputs[1] ?? "") === "" && intOf(node, "keepdims", 1) === 0;
    const parts = partsOfSizes(graph, x, axis, sizes);
    const kept = dropsAxis
      ? parts.map((part) => graph.add("Squeeze", [part, graph.constant(int64List([axis]))]))
      : parts;
    return remember(expansion, kept);
  },
};

function partSizes(graph: GraphBuilder, node: GraphNode, length: number | string): readonly number[] {
  const asked = node.inputs[1] ?? "";
  const sizes = asked === "" ? scalarTensor("int64", 1) : graph.constantOf(asked);
  if (sizes === null) throw misfit(node, "the sizes of the parts are not known before the graph runs", FIXED_SIZES);
  if (typeof length !== "number") {
    throw misfit(node, `the size "${length}" is not known before the graph runs`, FIXED_SIZES);
  }
  const numbers = tensorNumbers(sizes);
  if (sizes.shape.length === 1) {
    const areSizes = numbers.length > 0 && numbers.every((number) => Number.isInteger(number) && number >= 0);
    if (areSizes && numbers.reduce((sum, number) => sum + number, 0) === length) return numbers;
    throw misfit(node, `parts of ${numbers.join(", ")} are not an axis of ${length}`);
  }
  const [size = 0] = numbers;
  if (!Number.isInteger(size) || size < 1) throw misfit(node, `there are no parts of the size ${size}`);
  const whole = Array.from({ length: Math.floor(length / size) }, () => size);
  return length % size === 0 ? whole : [...whole, length % size];
}

/** The given tensors, in their order. */
const sequenceConstruct: Composite = {
  name: "SequenceConstruct",
  takesAnything: true,
  expand: (expansion) => remember(expansion, expansion.node.inputs),
};

/** One of the tensors; a negative number counts from the end. */
const sequenceAt: Composite = {
  name: "SequenceAt",
  takesAnything: true,
  readsSequences: true,
  expand: (expansion) => {
    const { graph, node } = expansion;
    const parts = partsOf(expansion);
    const place = graph.constantOf(input(node, 1));
    if (place === null) throw misfit(node, "the place in the sequence is not known before the graph runs", FIXED_SIZES);
    const [at = 0] = tensorNumbers(place);
    const part = parts.at(at);
    if (part === undefined) throw misfit(node, `there is no place ${at} in a sequence of ${parts.length}`);
    return [part];
  },
};

/** How many tensors there are. */
const sequenceLength: Composite = {
  name: "SequenceLength",
  takesAnything: true,
  readsSequences: true,
  expand: (expansion) => [expansion.graph.constant(scalarTensor("int64", partsOf(expansion).length))],
};

/** All tensors side by side along an axis, which may be a new one. */
const concatFromSequence: Composite = {
  name: "ConcatFromSequence",
  takesAnything: true,
  readsSequences: true,
  expand: (expansion) => {
    const { graph, node } = expansion;
    const parts = partsOf(expansion);
    const axis = intOf(node, "axis", 0);
    const stacks = intOf(node, "new_axis", 0) !== 0;
    const axes = graph.constant(int64List([axis]));
    const joined = stacks ? parts.map((part) => graph.add("Unsqueeze", [part, axes])) : parts;
    return [graph.add("Concat", joined, { axis: int(axis) })];
  },
};

/** Keeps `parts` as the sequence that the node makes. */
function remember({ node, sequences }: Expansion, parts: readonly string[]): readonly string[] {
  sequences.set(node.outputs[0] ?? "", parts);
  return [""];
}

function partsOf({ node, sequences }: Expansion): readonly string[] {
  const parts = sequences.get(input(node, 0));
  if (parts !== undefined) return parts;
  throw new Fault(
    "model-unsupported",
    `${describe(node)} reads the sequence "${input(node, 0)}", which is not known before the graph runs`,
    "Export the model with tensors in the place of sequences there.",
  );
}

/** The composites of this family. */
export const sequenceComposites: readonly Composite[] = [
  splitToSequence,
  sequenceConstruct,
  sequenceAt,
  sequenceLength,
  concatFromSequence,
];
