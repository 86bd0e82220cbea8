/**
 * Typed values as the ONNX format writes them: a name, an element type, and dimensions that are numbers or names.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { Fault } from "@potluck/core";
import { elementTypeCode, elementTypeOf } from "../graph/element-types.ts";
import type { Dimension, ValueInfo } from "../graph/graph.ts";
import {
  type TensorShapeProto_Dimension,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./gen/onnx_pb.ts";

/** A value as it was read. Throws Fault "model-unsupported" where it is no tensor. */
export function readValueInfo(info: ValueInfoProto): ValueInfo {
  const where = `value "${info.name}"`;
  const type = info.type?.value;
  if (type?.case !== "tensorType") {
    throw new Fault("model-unsupported", `${where} is not a tensor`, "Export a model whose values are all tensors.");
  }
  const shape = type.value.shape;
  return {
    name: info.name,
    dataType: elementTypeOf(type.value.elemType, where),
    shape: shape === undefined ? null : shape.dim.map((dimension, axis) => readDimension(dimension, info.name, axis)),
  };
}

/** A value inside of a node as it was read: what the file leaves out there follows from what is around the node. */
export function readInnerValueInfo(info: ValueInfoProto): ValueInfo {
  if (info.type?.value.case !== undefined) return readValueInfo(info);
  return { name: info.name, dataType: "float32", shape: null, isUntyped: true };
}

/** A dimension without a number or a name gets a name of its own; so does −1, which stands for such a one. */
function readDimension({ value }: TensorShapeProto_Dimension, name: string, axis: number): Dimension {
  if (value.case === "dimValue" && value.value >= 0n) return Number(value.value);
  return value.case === "dimParam" && value.value !== "" ? value.value : `${name}.${axis}`;
}

/** A value as it is written. */
export function writeValueInfo({ name, dataType, shape, isUntyped }: ValueInfo): ValueInfoProto {
  if (isUntyped) return create(ValueInfoProtoSchema, { name });
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
