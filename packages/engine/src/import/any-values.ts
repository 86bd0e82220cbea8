/**
 * What the mutations of models draw from: operators, attributes and tensors, many of them at some limit; for tests.
 *
 * @module
 */
import { invariant } from "@potluck/core";
import type { Attribute, DataType, TensorData } from "../graph/graph.ts";
import { operators } from "../graph/operators/registry.ts";
import { tensorOf } from "../graph/tensors.ts";
import { composites } from "./composite/registry.ts";

/** Draws numbers in [0, 1). */
export type Draw = () => number;

/** The operators that nodes get. */
export const operatorNames: readonly string[] = [...operators, ...composites]
  .map(({ name }) => name)
  .concat("If", "Loop", "NoSuchOperator");
const wholeNumbers = [0, 1, -1, 2, 3, -2, 5, 7, 11, 64, -64, 2 ** 31, -(2 ** 31), 2 ** 53, 1e6, 1e9];
const floats = [0, 1, -1, 0.5, 1e-5, 1e30, Number.NaN, Number.POSITIVE_INFINITY, -0.1];
const texts = [
  "",
  ..."linear SAME_UPPER VALID NOTSET add mean reflect wrap ij,jk->ik …,i->i max tanh bidirectional".split(" "),
];
/** All element types. */
export const dataTypes: readonly DataType[] = [
  "float32",
  "float64",
  "float16",
  "int64",
  "int32",
  "int8",
  "uint8",
  "bool",
];
/** The names of attributes that nodes get. */
export const attributeNames: readonly string[] = [
  "axis axes perm keepdims kernel_shape strides pads dilations group auto_pad to alpha beta transA transB",
  "epsilon training_mode momentum mode value value_int value_ints num_outputs hidden_size direction activations",
  "equation reduction ceil_mode count_include_pad allowzero largest num_heads num_groups stash_type start end",
  "upper k blocksize batch_dims p fmod is_causal q_num_heads kv_num_heads layout noop_with_empty_axes",
  "output_padding output_shape dtype lambd bias exclusive reverse approximate ignore_index storage_order",
  "new_axis interleaved detect_negative",
].flatMap((line) => line.split(" "));

/** One of `items`. */
export function pick<Item>(items: readonly Item[], draw: Draw): Item {
  const [item] = items.slice(Math.floor(draw() * items.length)).slice(0, 1);
  invariant(item !== undefined, "a list that is not empty");
  return item;
}

/** An attribute, often of the kind of the one that it replaces. */
export function anyAttribute(draw: Draw, former: Attribute | undefined): Attribute {
  const whole = (): number => pick(wholeNumbers, draw);
  const list = <Item>(one: () => Item): readonly Item[] => Array.from({ length: Math.floor(draw() * 6) }, one);
  const kind =
    former !== undefined && draw() < 0.7
      ? former.kind
      : pick(["int", "ints", "float", "floats", "string", "strings", "tensor"] as const, draw);
  switch (kind) {
    case "int":
      return { kind, value: whole() };
    case "ints":
      return { kind, value: list(whole) };
    case "float":
      return { kind, value: pick(floats, draw) };
    case "floats":
      return { kind, value: list(() => pick(floats, draw)) };
    case "string":
      return { kind, value: pick(texts, draw) };
    case "strings":
      return { kind, value: list(() => pick(texts, draw)) };
    case "tensor":
    case "graph":
      return { kind: "tensor", value: anyTensor(draw) };
  }
}

/** A small tensor of any type. */
export function anyTensor(draw: Draw): TensorData {
  const shape = Array.from({ length: Math.floor(draw() * 3) }, () => pick([0, 1, 2, 3, 4], draw));
  const dataType = pick(dataTypes, draw);
  return filled(dataType, shape, draw);
}

/** A tensor of the given type and shape, with numbers that are often at some limit. */
export function filled(dataType: DataType, shape: readonly number[], draw: Draw): TensorData {
  const length = shape.reduce((a, b) => a * b, 1);
  if (dataType === "float16") return { dataType, shape, values: new Uint16Array(length) };
  const isFloat = dataType === "float32" || dataType === "float64";
  return tensorOf(
    dataType,
    shape,
    Array.from({ length }, () => pick(isFloat ? floats : wholeNumbers, draw)),
  );
}
