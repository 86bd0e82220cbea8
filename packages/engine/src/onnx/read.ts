/**
 * Reads ONNX files.
 *
 * Trusts nothing: bytes that are not a model, tensors of the wrong size, values that nothing produces and values
 * that two things produce are all refused with a sentence that says where.
 *
 * @module
 */
import { fromBinary } from "@bufbuild/protobuf";
import { Fault } from "@potluck/core";
import { checkGraph } from "../graph/check.ts";
import type { Graph, GraphNode, Model, TensorData, ValueInfo } from "../graph/graph.ts";
import { readAttribute } from "./attributes.ts";
import { requireOperatorSet } from "../graph/standard-model.ts";
import { type DataFiles, NO_DATA_FILES } from "./data-files.ts";
import { arrayKind } from "../array-kind.ts";
import { readOrigins } from "./origins.ts";
import { readTensor } from "./tensors.ts";
import { readInnerValueInfo, readValueInfo } from "./value-info.ts";
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from "./gen/onnx_pb.ts";

const DAMAGED = "Check that this is an ONNX file and that it was copied whole; otherwise export the model again.";

/**
 * The model that `bytes`, the content of an ONNX file, say; `files` are needed where it keeps tensors in other files.
 * Throws Fault "model-invalid", "model-unsupported" or "file-missing".
 */
export function readModel(bytes: Uint8Array, files: DataFiles = NO_DATA_FILES): Model {
  const file = parse(bytes);
  if (file.graph === undefined || file.opsetImport.length === 0) {
    const lacks = file.graph === undefined ? "a graph" : "operator-set versions";
    throw new Fault("model-invalid", `the file is not an ONNX model: it lacks ${lacks}`, DAMAGED);
  }
  if (file.functions.length > 0) {
    throw new Fault(
      "model-unsupported",
      "the model defines operators of its own (ONNX functions)",
      "Inline them first (in Python: onnx.inliner.inline_local_functions).",
    );
  }
  const model = {
    graph: readGraph(file.graph, files, readValueInfo),
    ...readOrigins(file.graph),
    irVersion: Number(file.irVersion),
    opsets: new Map(file.opsetImport.map(({ domain, version }) => [standardDomain(domain), Number(version)])),
    metadata: new Map(file.metadataProps.map(({ key, value }) => [key, value])),
  };
  requireOperatorSet(model);
  checkGraph(model.graph);
  return model;
}

function parse(bytes: Uint8Array): ModelProto {
  if (!(bytes instanceof Uint8Array)) {
    const remedy = "Give a Uint8Array, as readFile of node:fs/promises does; readModelFile takes a path.";
    throw new Fault("model-invalid", `the content of an ONNX file was expected, not ${arrayKind(bytes)}`, remedy);
  }
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("model-invalid", `the ${bytes.length} bytes are not an ONNX model: ${reason}`, DAMAGED);
  }
}

/** The standard operators have two spellings of their domain. */
function standardDomain(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

type ReadInfo = (info: ValueInfoProto) => ValueInfo;

function readGraph(graph: GraphProto, files: DataFiles, readInfo: ReadInfo = readInnerValueInfo): Graph {
  if (graph.sparseInitializer.length > 0) {
    throw new Fault(
      "model-unsupported",
      `graph "${graph.name}" has sparse initializers`,
      "Export the model with dense parameters.",
    );
  }
  const initializers = new Map<string, TensorData>();
  for (const tensor of graph.initializer) {
    const where = `initializer "${tensor.name}"`;
    if (initializers.has(tensor.name)) throw new Fault("model-invalid", `${where} is there twice`, DAMAGED);
    initializers.set(tensor.name, readTensor(tensor, where, files));
  }
  return {
    name: graph.name,
    // Until IR version 4 every initializer was listed among the inputs, too.
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(readInfo),
    outputs: graph.output.map(readInfo),
    initializers,
    nodes: graph.node.map((node) => readNode(node, files)),
  };
}

function readNode(node: NodeProto, files: DataFiles): GraphNode {
  const where = `node "${node.name}" (${node.opType})`;
  const inside = { files, readGraph: (graph: GraphProto) => readGraph(graph, files) };
  return {
    name: node.name,
    operator: node.opType,
    domain: standardDomain(node.domain),
    inputs: node.input,
    outputs: node.output,
    attributes: Object.fromEntries(
      node.attribute.map((attribute) => [attribute.name, readAttribute(attribute, where, inside)]),
    ),
  };
}
