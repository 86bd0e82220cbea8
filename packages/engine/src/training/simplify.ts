/**
 * Simplifies the expressions of a solver before they are compiled: what is constant is computed once, and what an
 * option has switched off disappears. So FedProx with μ = 0 compiles to the very graph of plain descent.
 *
 *     x + 0 = x − 0 = x · 1 = x / 1 = x^1 = x,   x · 0 = 0,   the gradient at the parameters = the gradient
 *
 * The second one holds for finite x; training that has left the finite numbers has failed anyway.
 * Parts that were shared stay shared: equal inputs that are the same object give the same object, and what cannot be
 * simplified is the object that it was.
 *
 * @module
 */
import { evaluate, type Expression, expression, layerValue } from "@potluck/core";

type Binary = Extract<Expression, { readonly kind: "binary" }>;

/** Simplifies an expression, and remembers it. */
export type Simplifier = (whole: Expression) => Expression;

/** A simplifier of what holds for every tensor. */
export function simplifier(): Simplifier {
  return remembering((whole, simplify) => {
    switch (whole.kind) {
      case "norm": {
        const of = simplify(whole.of);
        return of === whole.of ? whole : { ...whole, of };
      }
      case "gradient-at": {
        const at = simplify(whole.at);
        if (at.kind === "tensor" && at.name === "params") return expression.tensor("gradient");
        return at === whole.at ? whole : { ...whole, at };
      }
      default:
        return simplifyOperation(whole, simplify);
    }
  });
}

/** A simplifier for the tensor called `name`. What looks at the whole model it leaves as it is. */
export function simplifierFor(name: string): Simplifier {
  return remembering((whole, simplify) =>
    whole.kind === "by-layer"
      ? { kind: "constant", value: layerValue(whole, name) }
      : simplifyOperation(whole, simplify),
  );
}

function remembering(simplifyNode: (whole: Expression, simplify: Simplifier) => Expression): Simplifier {
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

function simplifyOperation(whole: Expression, simplify: Simplifier): Expression {
  switch (whole.kind) {
    case "unary": {
      const of = simplify(whole.of);
      if (of.kind === "constant") return computed({ ...whole, of });
      return of === whole.of ? whole : { ...whole, of };
    }
    case "binary": {
      const [left, right] = [simplify(whole.left), simplify(whole.right)];
      const simple = left === whole.left && right === whole.right ? whole : { ...whole, left, right };
      return left.kind === "constant" && right.kind === "constant" ? computed(simple) : shortened(simple);
    }
    default:
      return whole;
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
