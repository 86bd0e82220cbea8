/**
 * Simplifies the expressions of a solver before they are compiled: what is constant is computed once, and what an
 * option has switched off disappears. So FedProx with μ = 0 compiles to the very graph of plain descent.
 *
 *     x + 0 = x − 0 = x · 1 = x / 1 = x^1 = x,   x · 0 = 0
 *
 * The last one holds for finite x; training that has left the finite numbers has failed anyway.
 * Parts that were shared stay shared: equal inputs that are the same object give the same object.
 *
 * @module
 */
import { evaluate, type Expression } from "@potluck/core";

type Binary = Extract<Expression, { readonly kind: "binary" }>;

/** A function that simplifies expressions and remembers what it has seen. */
export function simplifier(): (whole: Expression) => Expression {
  const seen = new Map<Expression, Expression>();
  const simplify = (whole: Expression): Expression => {
    const known = seen.get(whole);
    if (known !== undefined) return known;
    const simple = simplifyNode(whole, simplify);
    seen.set(whole, simple);
    return simple;
  };
  return simplify;
}

function simplifyNode(whole: Expression, simplify: (part: Expression) => Expression): Expression {
  switch (whole.kind) {
    case "constant":
    case "tensor":
    case "step":
      return whole;
    case "unary": {
      const of = simplify(whole.of);
      return of.kind === "constant" ? computed({ ...whole, of }) : { ...whole, of };
    }
    case "binary": {
      const simple: Binary = { ...whole, left: simplify(whole.left), right: simplify(whole.right) };
      return simple.left.kind === "constant" && simple.right.kind === "constant" ? computed(simple) : shortened(simple);
    }
  }
}

/** The constant that an expression of constants is, rounded as the engine would round it. */
function computed(whole: Expression): Expression {
  const [value = Number.NaN] = evaluate(whole, { tensors: {}, step: 0 }, 1);
  return { kind: "constant", value };
}

function shortened(whole: Binary): Expression {
  const { operation, left, right } = whole;
  switch (operation) {
    case "add":
      if (isConstant(left, 0)) return right;
      return isConstant(right, 0) ? left : whole;
    case "subtract":
      return isConstant(right, 0) ? left : whole;
    case "multiply":
      if (isConstant(left, 0) || isConstant(right, 1)) return left;
      return isConstant(right, 0) || isConstant(left, 1) ? right : whole;
    case "divide":
    case "power":
      return isConstant(right, 1) ? left : whole;
    case "minimum":
    case "maximum":
      return whole;
  }
}

function isConstant(operand: Expression, value: number): boolean {
  return operand.kind === "constant" && operand.value === value;
}
