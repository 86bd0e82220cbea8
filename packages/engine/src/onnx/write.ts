/**
 * Writes models as ONNX files.
 *
 * @module
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { elementTypeCode } from "../graph/element-types.ts";
import type { Dimension, Graph, GraphNode, Model, ValueInfo } from "../graph/graph.ts";
import { writeAttribute } from "./attributes.ts";
import { writeTensor } from "./tensors.ts";
import {
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorShapeProto_Dimension,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./gen/onnx_pb.ts";

/** The bytes of the ONNX file that says `model`: one file, no external data; equal models give equal bytes. */
export function writeModel(model: Model): Uint8Array {
  const file = create(ModelProtoSchema, {
    irVersion: BigInt(model.irVersion),
    producerName: "potluck",
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
    graph: writeGraph(model.graph),
  });
  return toBinary(ModelProtoSchema, file);
}

function writeGraph(graph: Graph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    node: graph.nodes.map(writeNode),
    initializer: [...graph.initializers].map(([name, tensor]) => writeTensor(name, tensor)),
    input: graph.inputs.map(writeValueInfo),
    output: graph.outputs.map(writeValueInfo),
  });
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

function writeValueInfo({ name, dataType, shape }: ValueInfo): ValueInfoProto {
  const elemType = elementTypeCode(dataType);
  const value =
    shape === null
      ? { elemType }
      : { elemType, shape: create(TensorShapeProtoSchema, { dim: shape.map(writeDimension) }) };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value } } });
}

function writeDimension(dimension: Dimension): TensorShapeProto_Dimension {
  const value =
    typeof dimension === "number"
      ? { case: "dimValue" as const, value: BigInt(dimension) }
      : { case: "dimParam" as const, value: dimension };
  return create(TensorShapeProto_DimensionSchema, { value });
}
