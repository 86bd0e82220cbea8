/**
 * Writes models as ONNX files.
 *
 * @module
 */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Graph, GraphNode, Model, ValueInfo } from "../graph/graph.ts";
import { writeAttribute } from "./attributes.ts";
import { type DataSink, NO_DATA_SINK } from "./data-files.ts";
import { writeOrigins } from "./origins.ts";
import { writeSignature } from "./signature.ts";
import { writeTensor } from "./tensors.ts";
import { writeValueInfo } from "./value-info.ts";
import {
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type StringStringEntryProto,
  type ValueInfoProto,
} from "./gen/onnx_pb.ts";

/**
 * The bytes of the ONNX file that says `model`; equal models give equal bytes. Everything is in it unless `sink` takes the
 * elements of initializers.
 */
export function writeModel(model: Model, sink: DataSink = NO_DATA_SINK): Uint8Array {
  const file = create(ModelProtoSchema, {
    irVersion: BigInt(model.irVersion),
    producerName: "potluck",
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
    graph: writeGraph(model.graph, { described: writeOrigins(model), metadata: writeSignature(model), sink }),
  });
  return toBinary(ModelProtoSchema, file);
}

/** What the outermost graph has and the bodies of nodes have not. */
interface Outermost {
  readonly described: readonly ValueInfoProto[];
  readonly metadata: readonly StringStringEntryProto[];
  readonly sink: DataSink;
}

const INSIDE: Outermost = { described: [], metadata: [], sink: NO_DATA_SINK };

function writeGraph(graph: Graph, { described, metadata, sink }: Outermost = INSIDE): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    node: graph.nodes.map(writeNode),
    initializer: [...graph.initializers].map(([name, tensor]) => writeTensor(name, tensor, sink)),
    input: graph.inputs.map(writeValueInfo),
    output: graph.outputs.map(writeValueInfo),
    valueInfo: [...described, ...typesBetween(graph).map(writeValueInfo)],
    metadataProps: [...metadata],
  });
}

/** The types of the values that nodes make and that are no outputs. */
function typesBetween({ nodes, outputs, types = new Map() }: Graph): readonly ValueInfo[] {
  const written = new Set(outputs.map(({ name }) => name));
  return nodes.flatMap((node) =>
    node.outputs.flatMap((name) => {
      const type = written.has(name) ? undefined : types.get(name);
      return type === undefined ? [] : [{ name, ...type }];
    }),
  );
}

function writeNode(node: GraphNode): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.operator,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, value]) => writeAttribute(name, value, writeGraph)),
  });
}
