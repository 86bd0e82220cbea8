/**
 * Which numbers a model takes that looks its features up in tables, such as those of embeddings: the numbers of rows.
 *
 * ONNX takes negative numbers, too, and counts them from the end; among features they are padding or a mistake, which
 * would train the last rows without a word. Of a number beyond the classes of a one-hot code it makes zeros.
 *
 * Features are followed to the tables as long as they are only moved: into another shape, another order, apart and
 * together, or into another element type. What is done to them otherwise may be meant to bring them into range.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { intOf } from "../graph/attributes.ts";
import { dimensionSize } from "../graph/dimensions.ts";
import { elementTypeOf, isFloating } from "../graph/element-types.ts";
import type { Dimension, Graph, GraphNode, ValueInfo } from "../graph/graph.ts";
import type { GraphBuilder, TensorType } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { Application } from "../graph/operator.ts";
import { axisFromStart } from "../graph/operators/axes.ts";
import { operatorOf } from "../graph/operators/registry.ts";
import { fixedShape, picked, placesOf, stepsOf } from "../graph/shape-arithmetic.ts";
import type { Vocabulary } from "./program.ts";

/** Operators whose output holds numbers of their inputs and nothing else. */
const MOVING: ReadonlySet<string> = new Set([
  "Concat",
  "Expand",
  "Flatten",
  "Gather",
  "Identity",
  "Reshape",
  "Slice",
  "Squeeze",
  "Tile",
  "Transpose",
  "Unsqueeze",
]);

/** Numbers that choose something, and of how much. */
interface Choice {
  /** The value that holds the numbers. */
  readonly numbers: string;
  /** They choose from 0 to before this number. */
  readonly count: number;
}

/**
 * Which numbers the input `features` of `graph`, a graph in standard form, may hold; null where any will do, as far as
 * features are followed.
 */
export function vocabularyOf(graph: Graph, features: ValueInfo): Vocabulary | null {
  if (!graph.nodes.some(({ operator }) => CHOOSING.has(operator))) return null;
  const builder = graphBuilder(graph);
  const columnsOf = follower(builder, features.name);
  const limits = new Map<number, number>();
  for (const { numbers, count } of graph.nodes.flatMap((node) => choiceOf(builder, node) ?? [])) {
    for (const column of columnsOf(numbers) ?? []) {
      if (typeof column === "string") limits.set(Number(column), Math.min(count, limits.get(Number(column)) ?? count));
    }
  }
  if (limits.size === 0) return null;
  const length = elementCount(shapeOfOne(builder, features.name));
  const rows = Array.from({ length }, (_, column) => limits.get(column) ?? Infinity);
  return { rows, cutsFractions: isFloating(features.dataType) };
}

/** Operators that choose by numbers. */
const CHOOSING: ReadonlySet<string> = new Set(["Gather", "OneHot", "Equal"]);

function choiceOf(graph: GraphBuilder, node: GraphNode): Choice | null {
  const [first = "", second = ""] = node.inputs;
  switch (node.operator) {
    case "Gather": {
      const { shape } = graph.typeOf(first);
      return choice(second, shape[axisFromStart(intOf(node, "axis", 0), shape.length)]);
    }
    case "OneHot":
      return choice(first, graph.dimensionsOf(second)?.[0]);
    case "Equal":
      return isCode(graph, node) ? choice(first, graph.dimensionsOf(second)?.length) : null;
    default:
      return null;
  }
}

function choice(numbers: string, count: Dimension | undefined): Choice | null {
  return typeof count === "number" ? { numbers, count } : null;
}

/**
 * Whether a comparison is a one-hot code as PyTorch's exporter writes torch.nn.functional.one_hot, which refuses what is
 * no class: numbers along a last axis of 1 are compared with 0, 1, …, and the truths become int64.
 */
function isCode(
  graph: GraphBuilder,
  { inputs: [numbers = "", classes = ""], outputs: [truths = ""] }: GraphNode,
): boolean {
  const held = graph.dimensionsOf(classes) ?? [];
  return (
    held.length > 1 &&
    held.every((number, at) => number === at) &&
    graph.typeOf(classes).shape.length === 1 &&
    graph.typeOf(numbers).shape.at(-1) === 1 &&
    graph.nodes().some((user) => user.inputs[0] === truths && castType(user) === "int64")
  );
}

function castType(node: GraphNode): string | null {
  return node.operator === "Cast" ? elementTypeOf(intOf(node, "to", 0), node.name) : null;
}

/** What a value holds where the batch is one example. */
type ColumnsOf = (value: string) => readonly Dimension[] | null;

/**
 * What values hold where the batch is one example, element by element: the text "3" for number 3 of the example, and
 * numbers that are known for themselves; null where it is neither.
 */
function follower(graph: GraphBuilder, features: string): ColumnsOf {
  const own = (): readonly Dimension[] =>
    Array.from({ length: elementCount(shapeOfOne(graph, features)) }, (_, column) => `${column}`);
  const columnsOf: ColumnsOf = (value) => {
    if (value === features) return own();
    const node = graph.producerOf(value);
    const known = graph.dimensionsOf(value)?.map((dimension) => dimensionSize(dimension, () => 1)) ?? null;
    if (known !== null && !known.includes(null)) return known.filter((number) => number !== null);
    const moved = node === null ? null : movedBy(graph, node, value, columnsOf);
    return moved?.length === elementCount(shapeOfOne(graph, value)) ? moved : null;
  };
  return columnsOf;
}

/** What `node` makes of what `columnsOf` says of its inputs, in its output `value`; null where it does not only move. */
function movedBy(
  graph: GraphBuilder,
  node: GraphNode,
  value: string,
  columnsOf: ColumnsOf,
): readonly Dimension[] | null {
  const { dataType } = graph.typeOf(value);
  const nameAt = (at: number): string => node.inputs[at] ?? "";
  if (node.operator === "Cast") {
    const isKept = isFloating(dataType) || dataType === "int64" || dataType === "int32";
    return isKept ? columnsOf(nameAt(0)) : null;
  }
  const application: Application = {
    node,
    inputs: node.inputs.map((name) => (name === "" ? null : typeOfOne(graph, name))),
    constant: (at) => graph.constantOf(nameAt(at)),
    dimensions: (at) => (nameAt(at) === "" ? null : columnsOf(nameAt(at))),
  };
  if (node.operator === "Split") return part(application, node.outputs.indexOf(value));
  return MOVING.has(node.operator) ? (operatorOf(node).dimensions?.(application) ?? null) : null;
}

/** What output `at` of a Split holds. */
function part(application: Application, at: number): readonly Dimension[] | null {
  const { node, inputs, dimensions } = application;
  const [held, shape] = [dimensions(0), fixedShape(inputs[0]?.shape ?? [])];
  const shapes = operatorOf(node)
    .types(application)
    .map((type) => fixedShape(type.shape));
  const sizes = shapes[at] ?? null;
  if (held === null || shape === null || sizes === null) return null;
  const axis = axisFromStart(intOf(node, "axis", 0), shape.length);
  const before = shapes.slice(0, at).reduce((sum, earlier) => sum + (earlier?.[axis] ?? 0), 0);
  const steps = stepsOf(shape);
  return picked(held, placesOf(sizes, steps, before * (steps[axis] ?? 0)));
}

/** The type of a value where the batch is one example. */
function typeOfOne(graph: GraphBuilder, value: string): TensorType {
  return { dataType: graph.typeOf(value).dataType, shape: shapeOfOne(graph, value) };
}

function shapeOfOne(graph: GraphBuilder, value: string): readonly number[] {
  return graph.typeOf(value).shape.map((size) => dimensionSize(size, () => 1) ?? 1);
}
