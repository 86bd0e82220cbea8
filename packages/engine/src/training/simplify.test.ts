import { evaluate, type Expression, expression, layoutOf, solver } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { simplifier, simplifierFor } from "./simplify.ts";

type Operation = Extract<Expression, { readonly kind: "binary" }>["operation"];
const constant = (value: number): Expression => ({ kind: "constant", value });
const binary = (left: Expression, operation: Operation, right: Expression): Expression => {
  return { kind: "binary", operation, left, right };
};
const g: Expression = { kind: "tensor", name: "gradient" };
const params: Expression = { kind: "tensor", name: "params" };
const zero = constant(0);
const one = constant(1);

/** Constants among which the neutral ones are frequent, and two tensors. */
const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.constantFrom(0, 1, 0.5, -2).map(constant),
  fc.constantFrom<Expression>(
    g,
    params,
    { kind: "step" },
    { kind: "steps" },
    expression.byLayer([{ match: "a", value: 0 }], 1),
  ),
);
const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.record({
      kind: fc.constant("unary" as const),
      operation: fc.constantFrom("negate", "square", "abs", "sign", "floor"),
      of: tie("tree"),
    }),
    fc.record({ kind: fc.constant("norm" as const), of: tie("tree") }),
    fc.record({ kind: fc.constant("gradient-at" as const), at: tie("tree") }),
    fc.record({
      kind: fc.constant("binary" as const),
      operation: fc.constantFrom("add", "subtract", "multiply", "minimum", "maximum"),
      left: tie("tree"),
      right: tie("tree"),
    }),
  ),
}));

/** The gradient of the tests, of which that at the parameters is part. */
const gradientAt = (at: Float32Array): Float32Array => at.map((x) => 2 * x);
const own = Float32Array.of(7, 0.3, -0.7);
const bindings = { tensors: { gradient: gradientAt(own), params: own }, step: 3, steps: 5, gradientAt };

/** The numbers of a vector; 0 for −0, because dropping "+ 0" may keep a −0, and what is not finite as one thing. */
function numbersIn(vector: Float32Array): readonly (number | string)[] {
  return Array.from(vector, (x) => (Number.isFinite(x) ? x + 0 : "not finite"));
}

test("a simplified expression has the value of the original, to the last bit", () => {
  const layout = layoutOf([{ name: "a", shape: [3] }]);
  fc.assert(
    fc.property(tree, (whole) => {
      const original = numbersIn(evaluate(whole, { ...bindings, layout }, 3));
      fc.pre(!original.includes("not finite"));
      expect(numbersIn(evaluate(simplifier()(whole), { ...bindings, layout }, 3))).toEqual(original);
      expect(numbersIn(evaluate(simplifierFor("a")(simplifier()(whole)), { ...bindings, layout }, 3))).toEqual(
        original,
      );
    }),
  );
});

test("a simplified expression cannot be simplified: it is the object that it was", () => {
  fc.assert(
    fc.property(tree, (whole) => {
      const simplified = simplifier()(whole);
      expect(simplifier()(simplified)).toBe(simplified);
    }),
  );
});

test("for a tensor a number that depends on its name is that number, and parts without one stay the same object", () => {
  const shared = binary(g, "multiply", params);
  const whole = binary(shared, "add", binary(expression.byLayer([{ match: "a*", value: 0 }], 2), "multiply", params));
  expect(simplifierFor("ab")(whole)).toBe(shared);
  expect(simplifierFor("b")(whole)).toEqual(binary(shared, "add", binary(constant(2), "multiply", params)));
  const norm = expression.norm(expression.byLayer([{ match: "a", value: 1 }], 2));
  expect(simplifierFor("a")(norm)).toBe(norm);
});

test("the gradient at the parameters is the gradient", () => {
  expect(simplifier()(expression.gradientAt(binary(params, "add", zero)))).toEqual(g);
});

test.each<[string, Expression, Expression]>([
  ["x + 0", binary(g, "add", zero), g],
  ["0 + x", binary(zero, "add", g), g],
  ["x − 0", binary(g, "subtract", zero), g],
  ["1 · x", binary(one, "multiply", g), g],
  ["x · 1", binary(g, "multiply", one), g],
  ["x / 1", binary(g, "divide", one), g],
  ["x^1", binary(g, "power", one), g],
])("%s is x", (_, whole, simple) => {
  expect(simplifier()(whole)).toBe(simple);
});

test("what was the same object before is the same object afterwards", () => {
  const shared = binary(constant(2), "multiply", g);
  const whole = simplifier()(binary(binary(shared, "add", zero), "multiply", binary(shared, "power", one)));
  expect(whole.kind === "binary" && whole.left === whole.right).toBe(true);
});

test("FedProx without a pull is plain descent", () => {
  const [proximal, plain] = [solver.fedProx({ mu: 0, learningRate: 0.1 }), solver.sgd({ learningRate: 0.1 })];
  expect(simplifier()(proximal.step.params)).toEqual(simplifier()(plain.step.params));
});
