/**
 * Einsum: products of tensors, summed over the labels that the result does not have.
 *
 * The gradient with respect to one operand is an Einsum again: the gradient of the result takes the place of the
 * operand, and the operand's labels that of the result's. An axis that was only summed is repeated.
 *
 * @module
 */
import { textOf } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { type GradientContext, input, inputType, misfit, type Operator, type Sizes } from "../operator.ts";
import { int64List } from "../tensors.ts";
import { expandLike } from "./broadcasting.ts";

/** An equation taken apart: one letter for each axis. */
interface Equation {
  readonly operands: readonly string[];
  readonly result: string;
}

const PLAIN_EQUATIONS =
  "Write it with every axis by its letter (no ellipsis) and each letter once in an operand; a diagonal by Where or a product with EyeLike.";

/** The equation of `node`. Throws Fault "model-unsupported" for an ellipsis and for a letter twice in an operand. */
function equationOf(node: GraphNode): Equation {
  const text = textOf(node, "equation", "").replaceAll(" ", "");
  const [left = "", right] = text.split("->");
  const operands = left.split(",");
  const plain = [...operands, right ?? ""].every((labels) => /^[A-Za-z]*$/.test(labels) && !hasTwice(labels));
  if (!plain || operands.length !== node.inputs.length) {
    throw misfit(node, `the equation "${text}" is not supported`, PLAIN_EQUATIONS);
  }
  return { operands, result: right ?? lettersOnce(operands.join("")) };
}

function hasTwice(labels: string): boolean {
  return new Set(labels).size < labels.length;
}

/** What an equation without an arrow gives: the letters that are there once, in the order of the alphabet. */
function lettersOnce(labels: string): string {
  return labels
    .split("")
    .filter((label) => labels.indexOf(label) === labels.lastIndexOf(label))
    .toSorted()
    .join("");
}

/** The size of each letter. Throws Fault "model-unsupported" where two axes of a letter differ. */
function sizesOf(
  node: GraphNode,
  { operands }: Equation,
  shapes: readonly (readonly Dimension[])[],
): ReadonlyMap<string, Dimension> {
  const sizes = new Map<string, Dimension>();
  operands.forEach((labels, at) => {
    const shape = shapes[at] ?? [];
    if (labels.length !== shape.length) throw misfit(node, `${labels} does not say the axes of ${shapeText(shape)}`);
    labels.split("").forEach((label, axis) => {
      const [known, size] = [sizes.get(label), shape[axis] ?? 1];
      if (typeof known === "number" && typeof size === "number" && known !== size) {
        throw misfit(node, `the axes "${label}" are ${known} and ${size} long`);
      }
      if (typeof known !== "number") sizes.set(label, size);
    });
  });
  return sizes;
}

/** The gradient with respect to operand `at`. */
function operandGradient({ graph, node, gradient }: GradientContext, at: number): string {
  const { operands, result } = equationOf(node);
  const own = operands[at] ?? "";
  const others = operands.filter((_, i) => i !== at);
  const found = [result, ...others].join("");
  const kept = own
    .split("")
    .filter((label) => found.includes(label))
    .join("");
  const values = [gradient(), ...node.inputs.filter((_, i) => i !== at)];
  const equation = { kind: "string", value: `${[result, ...others].join(",")}->${kept}` } as const;
  const product = graph.add("Einsum", values, { equation });
  return repeated(graph, product, { own, kept, like: input(node, at) });
}

/** `value` with the axes `kept` repeated along the other ones of `own`. */
function repeated(
  graph: GraphBuilder,
  value: string,
  labels: Readonly<Record<"own" | "kept" | "like", string>>,
): string {
  const { own, kept, like } = labels;
  const axes = own.split("").flatMap((label, axis) => (kept.includes(label) ? [] : [axis]));
  if (axes.length === 0) return value;
  return expandLike(graph, graph.add("Unsqueeze", [value, graph.constant(int64List(axes))]), like);
}

/** Two operations for each combination of the letters and each operand after the first. */
function einsumFlops({ node, inputs }: Sizes): number {
  const sizes = sizesOf(node, equationOf(node), inputs);
  return [...sizes.values()].reduce<number>(
    (product, size) => product * Number(size),
    2 * Math.max(1, inputs.length - 1),
  );
}

/** Σ of the products of the operands over the letters that the result does not have. */
const einsum: Operator = {
  name: "Einsum",
  types: (application) => {
    const { node } = application;
    const equation = equationOf(node);
    const types = node.inputs.map((_, at) => inputType(application, at));
    const sizes = sizesOf(
      node,
      equation,
      types.map(({ shape }) => shape),
    );
    const shape = equation.result.split("").map((label) => sizes.get(label));
    if (shape.includes(undefined)) throw misfit(node, `${equation.result} has letters that no operand has`);
    return [{ dataType: inputType(application, 0).dataType, shape: shape.filter((size) => size !== undefined) }];
  },
  gradient: (context) => context.node.inputs.map((_, at) => () => operandGradient(context, at)),
  flops: einsumFlops,
};

/** The operators of this family. */
export const einsumOperators: readonly Operator[] = [einsum];
