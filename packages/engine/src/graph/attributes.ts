/**
 * Attributes of nodes: short ways to make them and to look them up.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { describe } from "./check.ts";
import type { Attribute, GraphNode } from "./graph.ts";

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** A whole number. */
export function int(value: number): Attribute {
  return { kind: "int", value };
}

/** Whole numbers. */
export function ints(value: readonly number[]): Attribute {
  return { kind: "ints", value };
}

/** A number, rounded to float32 as files keep it. */
export function float(value: number): Attribute {
  return { kind: "float", value: Math.fround(value) };
}

/** The whole number `name` of `node`, or `absent` where it is left out. Throws Fault "model-invalid" for other kinds. */
export function intOf(node: GraphNode, name: string, absent: number): number {
  const attribute = node.attributes[name];
  if (attribute === undefined) return absent;
  return attribute.kind === "int" ? attribute.value : wrongKind(node, name);
}

/** The whole numbers `name` of `node`, or null where they are left out. Throws Fault "model-invalid" for other kinds. */
export function intsOf(node: GraphNode, name: string): readonly number[] | null {
  const attribute = node.attributes[name];
  if (attribute === undefined) return null;
  return attribute.kind === "ints" ? attribute.value : wrongKind(node, name);
}

/** The number `name` of `node`, or `absent` where it is left out. Throws Fault "model-invalid" for other kinds. */
export function floatOf(node: GraphNode, name: string, absent: number): number {
  const attribute = node.attributes[name];
  if (attribute === undefined) return absent;
  return attribute.kind === "float" ? attribute.value : wrongKind(node, name);
}

/** The text `name` of `node`, or `absent` where it is left out. Throws Fault "model-invalid" for other kinds. */
export function textOf(node: GraphNode, name: string, absent: string): string {
  const attribute = node.attributes[name];
  if (attribute === undefined) return absent;
  return attribute.kind === "string" ? attribute.value : wrongKind(node, name);
}

function wrongKind(node: GraphNode, name: string): never {
  throw new Fault(
    "model-invalid",
    `attribute "${name}" of ${describe(node)} is of the wrong kind`,
    "Check the file with onnx.checker in Python and export the model again.",
  );
}
