/**
 * Compiles expressions into nodes: one node for each operation. A part that an expression uses twice, as the same
 * object, is computed once.
 *
 * @module
 */
import type { Expression } from "@potluck/core";
import type { GraphBuilder } from "../graph/graph-builder.ts";

type Unary = Extract<Expression, { readonly kind: "unary" }>;
type Binary = Extract<Expression, { readonly kind: "binary" }>;

/** What an expression is made of besides operations. */
export type Leaf = Exclude<Expression, Unary | Binary>;

/** Appends `whole` and returns the value that holds it; `leaf` returns the value of each leaf. */
export function appendExpression(graph: GraphBuilder, whole: Expression, leaf: (of: Leaf) => string): string {
  const computed = new Map<Expression, string>();
  const append = (part: Expression): string => {
    const known = computed.get(part);
    if (known !== undefined) return known;
    const value = appendPart(graph, part, { append, leaf });
    computed.set(part, value);
    return value;
  };
  return append(whole);
}

/** The leaves of `whole`, one that is used twice twice. */
export function leavesOf(whole: Expression): readonly Leaf[] {
  switch (whole.kind) {
    case "unary":
      return leavesOf(whole.of);
    case "binary":
      return [...leavesOf(whole.left), ...leavesOf(whole.right)];
    default:
      return [whole];
  }
}

interface Appending {
  readonly append: (part: Expression) => string;
  readonly leaf: (of: Leaf) => string;
}

function appendPart(graph: GraphBuilder, part: Expression, { append, leaf }: Appending): string {
  switch (part.kind) {
    case "unary":
    case "binary":
      return appendOperation(graph, part, append);
    default:
      return leaf(part);
  }
}

/** Appends one operation; `append` returns the value of each of its operands. */
export function appendOperation(
  graph: GraphBuilder,
  part: Unary | Binary,
  append: (operand: Expression) => string,
): string {
  if (part.kind === "binary") return graph.add(BINARY[part.operation], [append(part.left), append(part.right)]);
  const of = append(part.of);
  return part.operation === "square" ? graph.add("Mul", [of, of]) : graph.add(UNARY[part.operation], [of]);
}

const UNARY: Readonly<Record<Exclude<Unary["operation"], "square">, string>> = {
  negate: "Neg",
  sqrt: "Sqrt",
  abs: "Abs",
  sign: "Sign",
  floor: "Floor",
  cosine: "Cos",
};

const BINARY: Readonly<Record<Binary["operation"], string>> = {
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  divide: "Div",
  minimum: "Min",
  maximum: "Max",
  power: "Pow",
};
