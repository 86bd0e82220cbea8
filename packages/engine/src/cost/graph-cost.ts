/**
 * What a graph costs as a whole: arithmetic, parameters, and memory.
 *
 * The cost of training is that of the derived graph; see `training-cost.ts`.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { elementBytes } from "../graph/element-types.ts";
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { type NamedSizes, nodeCosts, type TypeOf } from "./node-costs.ts";
import { peakBytes } from "./peak.ts";

/** What running a graph once costs. */
export interface Cost {
  /** Floating-point operations. */
  readonly flops: number;
  /** Elements of all initializers. */
  readonly parameterCount: number;
  readonly parameterBytes: number;
  /** Elements of all values that nodes make; constants and values that are others in another shape are left out. */
  readonly activationElements: number;
  readonly activationBytes: number;
  /** The most bytes of such values that are needed at the same time. */
  readonly peakActivationBytes: number;
  /** Bytes that nodes read and write. */
  readonly bytesMoved: number;
}

/**
 * The cost of running `graph` once with its named dimensions replaced by `sizes`: of one example unless given.
 * Throws Fault "model-unsupported" for a name that is not among them.
 */
export function costOf(graph: Graph, sizes: NamedSizes = 1, typeOf: TypeOf = graphBuilder(graph).typeOf): Cost {
  const nodes = nodeCosts(graph, sizes, typeOf);
  const made = nodes.filter(({ kind }) => kind !== "alias" && kind !== "constant");
  const parameters = [...graph.initializers.values()];
  return {
    flops: total(nodes, ({ flops }) => flops),
    parameterCount: total(parameters, ({ shape }) => elementCount(shape)),
    parameterBytes: total(parameters, ({ shape, dataType }) => elementCount(shape) * elementBytes[dataType]),
    activationElements: total(made, ({ elements }) => elements),
    activationBytes: total(made, ({ bytesWritten }) => bytesWritten),
    peakActivationBytes: peakBytes(graph, nodes),
    bytesMoved: total(nodes, ({ bytesRead, bytesWritten }) => bytesRead + bytesWritten),
  };
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
