/**
 * What each node of a graph costs: arithmetic, and bytes read and written.
 *
 * A multiplication with its addition counts as two operations; moving data counts as none. What broadcasts is read in
 * its own size, and a node that picks elements reads as many as it gives.
 *
 * @module
 */
import { elementCount, Fault } from "@potluck/core";
import { dimensionSize } from "../graph/dimensions.ts";
import { elementBytes } from "../graph/element-types.ts";
import type { Dimension, Graph, GraphNode } from "../graph/graph.ts";
import type { TensorType } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { operatorOf } from "../graph/operators/registry.ts";
import { runsOf, windowBytes } from "./runs.ts";
import { type WorkKind, workKindOf } from "./work.ts";

/** What stands for named dimensions: one size for each name, or one for all. */
export type NamedSizes = number | Readonly<Record<string, number>>;

/** What one node costs. */
export interface NodeCost {
  readonly node: GraphNode;
  readonly kind: WorkKind;
  /** Floating-point operations. */
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Elements of all outputs. */
  readonly elements: number;
  /** Pieces that a kernel works off one after another; see `runs.ts`. */
  readonly runs: number;
  /** Bytes of the windows that a convolution copies; 0 for everything else. */
  readonly windowBytes: number;
}

/** Says the type of a value of a graph. */
export type TypeOf = (value: string) => TensorType;

/** The kinds that copy windows. */
const COPYING: ReadonlySet<WorkKind> = new Set<WorkKind>([
  "convolution",
  "grouped-convolution",
  "grouped-transposed-convolution",
  "transposed-convolution",
  "wide-convolution",
]);

/** The operators that read only what they give, or only a size. */
const PICKING = /^(Gather|GatherElements|GatherND|Slice|Split|Size|Shape|Trilu)$/u;

/**
 * The cost of every node of `graph`, in its order, with named dimensions replaced by `sizes`. `typeOf` knows the types
 * of its values where they cannot be inferred from the graph alone.
 * Throws Fault "model-unsupported" for a name that is not among the sizes.
 */
export function nodeCosts(
  graph: Graph,
  sizes: NamedSizes = 1,
  typeOf: TypeOf = graphBuilder(graph).typeOf,
): readonly NodeCost[] {
  return graph.nodes.map((node) => nodeCost(node, (value) => sized(typeOf(value), value, sizes)));
}

/** The type of a value whose sizes are all known. */
interface SizedType {
  readonly shape: readonly number[];
  readonly bytes: number;
}

const NOTHING: SizedType = { shape: [], bytes: 0 };

function nodeCost(node: GraphNode, typeOf: (value: string) => SizedType): NodeCost {
  const inputs = node.inputs.map((name) => (name === "" ? NOTHING : typeOf(name)));
  const outputs = node.outputs.filter((name) => name !== "").map(typeOf);
  const sizes = { node, inputs: inputs.map(({ shape }) => shape), outputs: outputs.map(({ shape }) => shape) };
  const kind = workKindOf(node, sizes.inputs);
  const elements = sizes.outputs.reduce((sum, shape) => sum + elementCount(shape), 0);
  if (kind === "alias" || kind === "constant") {
    return { node, kind, flops: 0, bytesRead: 0, bytesWritten: 0, elements, runs: 0, windowBytes: 0 };
  }
  const flops = operatorOf(node).flops(sizes);
  const bytesWritten = totalBytes(outputs);
  const given = totalBytes(inputs);
  return {
    node,
    kind,
    flops,
    bytesRead: PICKING.test(node.operator) ? Math.min(given, bytesWritten) : given,
    bytesWritten,
    elements,
    runs: runsOf(kind, sizes),
    windowBytes: COPYING.has(kind) ? windowBytes(sizes, flops) : 0,
  };
}

function totalBytes(types: readonly SizedType[]): number {
  return types.reduce((sum, { bytes }) => sum + bytes, 0);
}

function sized({ dataType, shape }: TensorType, value: string, sizes: NamedSizes): SizedType {
  const numbers = shape.map((dimension) => sizeOf(dimension, value, sizes));
  return { shape: numbers, bytes: elementCount(numbers) * elementBytes[dataType] };
}

function sizeOf(dimension: Dimension, value: string, sizes: NamedSizes): number {
  const size = dimensionSize(dimension, (name) => (typeof sizes === "number" ? sizes : sizes[name]));
  if (size !== null) return size;
  throw new Fault(
    "model-unsupported",
    `the size of dimension "${dimension}" of "${value}" is not given`,
    "Say the size of every named dimension of the model's inputs.",
  );
}
