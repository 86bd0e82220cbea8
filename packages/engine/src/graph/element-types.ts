/**
 * Element types: their sizes, and the numbers by which the ONNX format and its operators call them.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { DataType } from "./graph.ts";

/** The size of one element in bytes. */
export const elementBytes: Readonly<Record<DataType, number>> = {
  float64: 8,
  int64: 8,
  float32: 4,
  int32: 4,
  float16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

const codes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

const byCode: ReadonlyMap<number, DataType> = new Map([
  [1, "float32"],
  [2, "uint8"],
  [3, "int8"],
  [6, "int32"],
  [7, "int64"],
  [9, "bool"],
  [10, "float16"],
  [11, "float64"],
]);

/** The format's number for an element type. */
export function elementTypeCode(dataType: DataType): number {
  return codes[dataType];
}

/** Element types of the format that graphs here may not hold. */
const unsupported: ReadonlyMap<number, string> = new Map([
  [4, "uint16"],
  [5, "int16"],
  [8, "string"],
  [12, "uint32"],
  [13, "uint64"],
  [14, "complex64"],
  [15, "complex128"],
  [16, "bfloat16"],
]);

/** The element type of a number in a file; `where` names its holder. Throws Fault "model-unsupported". */
export function elementTypeOf(code: number, where: string): DataType {
  const dataType = byCode.get(code);
  if (dataType !== undefined) return dataType;
  throw new Fault(
    "model-unsupported",
    `${where} is ${unsupported.get(code) ?? `of the ONNX element type ${code}`}, which is not supported`,
    "Export the model in float32 (model.float() before torch.onnx.export).",
  );
}

/** Whether gradients can flow through values of this type. */
export function isFloating(dataType: DataType): boolean {
  return dataType === "float32" || dataType === "float64" || dataType === "float16";
}
