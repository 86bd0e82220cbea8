/**
 * Nodes that ONNX Runtime 1.30 gives to WebGPU although it cannot run them there: they have to be kept away by name.
 * Everything else that WebGPU does not know, ONNX Runtime itself leaves to WebAssembly.
 *
 * @module
 */
import { bodiesOf } from "../../graph/check.ts";
import type { Graph, GraphNode } from "../../graph/graph.ts";
import { readModel } from "../../onnx/read.ts";

/** The tensors that a shader may read and write, on any device: the default of `maxStorageBuffersPerShaderStage`. */
const MAX_TENSORS = 8;

/** The names of such nodes in an ONNX file, those of loops' bodies included. */
export function leftToCpu(model: Uint8Array): readonly string[] {
  return allNodes(readModel(model).graph)
    .filter((node) => needsIndices(node) || hasManyTensors(node))
    .map(({ name }) => name);
}

function allNodes({ nodes }: Graph): readonly GraphNode[] {
  return nodes.flatMap((node) => [node, ...bodiesOf(node).flatMap(allNodes)]);
}

/** Pooling says where its maxima come from only on the processor. */
function needsIndices({ operator, outputs }: GraphNode): boolean {
  return operator === "MaxPool" && outputs.length > 1;
}

function hasManyTensors(node: GraphNode): boolean {
  return bodiesOf(node).length === 0 && node.inputs.length + node.outputs.length > MAX_TENSORS;
}
