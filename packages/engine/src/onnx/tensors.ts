/**
 * Tensors as the ONNX format writes them.
 *
 * A tensor's elements lie either in `raw_data`, little-endian, or in the typed field of its element type; small
 * integers, booleans and the bits of float16 share `int32_data`. Tensors are always written as `raw_data`.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { elementCount, Fault } from "@potluck/core";
import type { DataType, TensorData } from "../graph/graph.ts";
import { elementBytes, elementTypeCode, elementTypeOf } from "../graph/element-types.ts";
import { tensorBytes, tensorFromBytes } from "../graph/tensors.ts";
import { type DataFiles, type DataSink, externalContent, NO_DATA_SINK } from "./data-files.ts";
import { type TensorProto, TensorProtoSchema } from "./gen/onnx_pb.ts";

/** The elements are in another file. */
const EXTERNAL = 1;

/** A tensor as it is written; `sink` may take its elements. */
export function writeTensor(name: string, tensor: TensorData, sink: DataSink = NO_DATA_SINK): TensorProto {
  const bytes = tensorBytes(tensor);
  const described = { name, dims: tensor.shape.map(BigInt), dataType: elementTypeCode(tensor.dataType) };
  const place = sink(bytes);
  if (place === null) return create(TensorProtoSchema, { ...described, rawData: bytes });
  const entries = { ...place, length: bytes.length };
  return create(TensorProtoSchema, {
    ...described,
    dataLocation: EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value: String(value) })),
  });
}

/**
 * A tensor as it was read; `where` names its holder and `files` has what it keeps elsewhere.
 * Throws Fault "model-invalid" or "model-unsupported".
 */
export function readTensor(tensor: TensorProto, where: string, files: DataFiles): TensorData {
  const dataType = elementTypeOf(tensor.dataType, where);
  const shape = tensor.dims.map((size) => dimension(size, where));
  const bytes = contentOf(tensor, dataType, where, files);
  const expected = elementCount(shape) * elementBytes[dataType];
  if (bytes.length !== expected) {
    throw new Fault(
      "model-invalid",
      `${where} holds ${bytes.length} bytes, but ${dataType}[${shape.join(", ")}] takes ${expected}`,
      "Export the model again: the file is cut off or damaged.",
    );
  }
  return tensorFromBytes(dataType, shape, bytes);
}

function dimension(size: bigint, where: string): number {
  if (size >= 0n && size <= 2n ** 31n) return Number(size);
  throw new Fault("model-invalid", `${where} has a dimension of ${size}`, "Export the model again: it is damaged.");
}

function contentOf(tensor: TensorProto, dataType: DataType, where: string, files: DataFiles): Uint8Array {
  if (tensor.dataLocation !== 0) return externalContent(tensor, where, files);
  return tensor.rawData.length > 0 ? tensor.rawData : typedFieldBytes(tensor, dataType);
}

/** The elements of the typed field that belongs to `dataType`, as bytes. */
function typedFieldBytes(tensor: TensorProto, dataType: DataType): Uint8Array {
  return bytesOf(typedField(tensor, dataType));
}

function typedField(tensor: TensorProto, dataType: DataType): ArrayBufferView {
  switch (dataType) {
    case "float32":
      return Float32Array.from(tensor.floatData);
    case "float64":
      return Float64Array.from(tensor.doubleData);
    case "int64":
      return BigInt64Array.from(tensor.int64Data);
    case "int32":
      return Int32Array.from(tensor.int32Data);
    case "float16":
      return Uint16Array.from(tensor.int32Data);
    case "int8":
      return Int8Array.from(tensor.int32Data);
    case "uint8":
    case "bool":
      return Uint8Array.from(tensor.int32Data);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
