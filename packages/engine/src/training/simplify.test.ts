import { evaluate, type Expression, solver } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { simplifier } from "./simplify.ts";

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
  fc.constantFrom<Expression>(g, params, { kind: "step" }),
);
const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.record({
      kind: fc.constant("unary" as const),
      operation: fc.constantFrom("negate", "square", "abs", "sign"),
      of: tie("tree"),
    }),
    fc.record({
      kind: fc.constant("binary" as const),
      operation: fc.constantFrom("add", "subtract", "multiply", "minimum", "maximum"),
      left: tie("tree"),
      right: tie("tree"),
    }),
  ),
}));

test("a simplified expression has the value of the original, to the last bit", () => {
  const bindings = {
    tensors: { gradient: Float32Array.of(0.1, -3, 0), params: Float32Array.of(7, 0.3, -0.7) },
    step: 3,
  };
  fc.assert(
    fc.property(tree, (whole) => {
      const original = evaluate(whole, bindings, 3);
      const simplified = evaluate(simplifier()(whole), bindings, 3);
      // Adding 0 makes −0 and 0 the same: dropping "+ 0" may keep a −0.
      expect(simplified.map((x) => x + 0)).toEqual(original.map((x) => x + 0));
    }),
  );
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
