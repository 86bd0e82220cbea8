/**
 * Logic of truth values, and of the bits of whole numbers. No gradient flows through it.
 *
 * @module
 */
import { isFloating } from "../element-types.ts";
import type { DataType } from "../graph.ts";
import type { TensorType } from "../graph-builder.ts";
import { type Application, misfit, type Operator, perElement } from "../operator.ts";
import { meetingType } from "./arithmetic.ts";

function logic(name: string, fits: (dataType: DataType) => boolean, wanted: string): Operator {
  const types = (application: Application): readonly TensorType[] => {
    const type = meetingType(application);
    if (fits(type.dataType)) return [type];
    throw misfit(application.node, `its inputs hold ${type.dataType} instead of ${wanted}`);
  };
  return { name, types, gradient: "zero", flops: perElement(1) };
}

/** Logic of truth values. */
function ofTruths(name: string): Operator {
  return logic(name, (dataType) => dataType === "bool", "bool");
}

/** Logic of bits. */
function ofBits(name: string): Operator {
  return logic(name, (dataType) => dataType !== "bool" && !isFloating(dataType), "whole numbers");
}

/** The operators of this family. */
export const logicOperators: readonly Operator[] = [
  ...["Not", "And", "Or", "Xor"].map(ofTruths),
  ...["BitwiseNot", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitShift"].map(ofBits),
];
