/**
 * From features as they are stored to features as a model takes them, inside the graph.
 *
 * @module
 */
import { int } from "../graph/attributes.ts";
import { elementTypeCode } from "../graph/element-types.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarTensor } from "../graph/tensors.ts";
import type { FeatureFormat } from "./program.ts";

/** Appends nodes that make `stored` · scale in float32; `stored` itself where that is the same. */
export function unpackFeatures(graph: GraphBuilder, stored: string, { dataType, scale }: FeatureFormat): string {
  const plain =
    dataType === "float32" ? stored : graph.add("Cast", [stored], { to: int(elementTypeCode("float32")) }, "unpacked");
  return scale === 1 ? plain : graph.add("Mul", [plain, graph.constant(scalarTensor("float32", scale))], {}, "scaled");
}
