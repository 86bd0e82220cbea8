/**
 * Tensors: constant data with an element type and a shape, made from numbers or from bytes.
 *
 * @module
 */
import { elementCount, invariant } from "@potluck/core";
import type { DataType, TensorData } from "./graph.ts";
import { float16Bits, float16Number } from "./half-precision.ts";

/** A tensor of the given numbers, as many as `shape` says. */
export function tensorOf(
  dataType: DataType,
  shape: readonly number[],
  numbers: Float32Array | readonly number[],
): TensorData {
  switch (dataType) {
    case "float32":
      return checked({ dataType, shape, values: Float32Array.from(numbers) });
    case "float64":
      return checked({ dataType, shape, values: Float64Array.from(numbers) });
    case "int64":
      return checked({ dataType, shape, values: BigInt64Array.from([...numbers], BigInt) });
    case "int32":
      return checked({ dataType, shape, values: Int32Array.from(numbers) });
    case "int8":
      return checked({ dataType, shape, values: Int8Array.from(numbers) });
    case "uint8":
    case "bool":
      return checked({ dataType, shape, values: Uint8Array.from(numbers) });
    case "float16":
      return checked({ dataType, shape, values: Uint16Array.from(numbers, float16Bits) });
  }
}

/** A float32 tensor; `numbers` are as many as `shape` says. */
export function float32Tensor(shape: readonly number[], numbers: Float32Array | readonly number[]): TensorData {
  return tensorOf("float32", shape, numbers);
}

/** Where element `at` of a transposed matrix lies in the matrix itself, which has so many rows and columns. */
export function placeBeforeTransposition(at: number, rows: number, columns: number): number {
  return (at % rows) * columns + Math.floor(at / rows);
}

/** A list of whole numbers, int64. */
export function int64List(numbers: readonly number[]): TensorData {
  return tensorOf("int64", [numbers.length], numbers);
}

/** A tensor without dimensions that holds one number. */
export function scalarTensor(dataType: DataType, number: number): TensorData {
  return tensorOf(dataType, [], [number]);
}

/** A tensor whose elements are the little-endian `bytes`, which are copied and must be as many as the shape needs. */
export function tensorFromBytes(dataType: DataType, shape: readonly number[], bytes: Uint8Array): TensorData {
  const { buffer } = new Uint8Array(bytes);
  switch (dataType) {
    case "float32":
      return checked({ dataType, shape, values: new Float32Array(buffer) });
    case "float64":
      return checked({ dataType, shape, values: new Float64Array(buffer) });
    case "float16":
      return checked({ dataType, shape, values: new Uint16Array(buffer) });
    case "int64":
      return checked({ dataType, shape, values: new BigInt64Array(buffer) });
    case "int32":
      return checked({ dataType, shape, values: new Int32Array(buffer) });
    case "int8":
      return checked({ dataType, shape, values: new Int8Array(buffer) });
    case "uint8":
    case "bool":
      return checked({ dataType, shape, values: new Uint8Array(buffer) });
  }
}

/** The elements of `tensor` as little-endian bytes: a view, not a copy. */
export function tensorBytes({ values }: TensorData): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The elements of `tensor` as plain numbers. */
export function tensorNumbers(tensor: TensorData): readonly number[] {
  if (tensor.dataType === "float16") return Array.from(tensor.values, float16Number);
  return tensor.dataType === "int64" ? Array.from(tensor.values, Number) : Array.from(tensor.values);
}

function checked(tensor: TensorData): TensorData {
  const { shape, values } = tensor;
  invariant(values.length === elementCount(shape), `${values.length} elements in the shape [${shape.join(", ")}]`);
  return tensor;
}
