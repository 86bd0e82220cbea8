/**
 * From features as they are stored to features as a model takes them, inside the graph.
 *
 * @module
 */
import { int } from "../graph/attributes.ts";
import { elementTypeCode } from "../graph/element-types.ts";
import type { DataType } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarTensor } from "../graph/tensors.ts";
import type { FeatureFormat } from "./program.ts";

/** Appends nodes that make `stored` what a model takes that wants `dataType`; `stored` itself where that is the same. */
export function unpackFeatures(graph: GraphBuilder, stored: string, format: FeatureFormat, dataType: DataType): string {
  const { scale } = format;
  const plain =
    format.dataType === dataType
      ? stored
      : graph.add("Cast", [stored], { to: int(elementTypeCode(dataType)) }, "unpacked");
  if (scale === 1 || dataType !== "float32") return plain;
  return graph.add("Mul", [plain, graph.constant(scalarTensor("float32", scale))], {}, "scaled");
}
