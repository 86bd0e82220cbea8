import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutOf } from "../params/layout.ts";
import {
  abs,
  add,
  byLayer,
  clippedGradient,
  cosine,
  divide,
  type Expression,
  floor,
  gradientAt,
  maximum,
  minimum,
  multiply,
  negate,
  norm,
  power,
  sign,
  sqrt,
  square,
  step,
  steps,
  subtract,
  tensor,
} from "./expression.ts";
import { evaluate } from "./evaluate.ts";

const float = fc.float({ noNaN: true });
const x = tensor("x");
const y = tensor("y");

/** The value of an expression of x and y at one point, in step 3. */
function at(expression: Expression, xValue: number, yValue = 0): number {
  const tensors = { x: Float32Array.of(xValue), y: Float32Array.of(yValue) };
  return evaluate(expression, { tensors, step: 3 }, 1)[0] ?? Number.NaN;
}

test.each<[string, Expression, (x: number, y: number) => number]>([
  ["−x", negate(x), (a) => -a],
  ["x²", square(x), (a) => a * a],
  ["√x", sqrt(x), (a) => Math.sqrt(a)],
  ["|x|", abs(x), (a) => Math.abs(a)],
  ["sign x", sign(x), (a) => Math.sign(a)],
  ["⌊x⌋", floor(x), (a) => Math.floor(a)],
  ["cos x", cosine(x), (a) => Math.cos(a)],
  ["x + y", add(x, y), (a, b) => a + b],
  ["x − y", subtract(x, y), (a, b) => a - b],
  ["x · y", multiply(x, y), (a, b) => a * b],
  ["x / y", divide(x, y), (a, b) => a / b],
  ["min(x, y)", minimum(x, y), (a, b) => Math.min(a, b)],
  ["max(x, y)", maximum(x, y), (a, b) => Math.max(a, b)],
  ["x^y", power(x, y), (a, b) => a ** b],
])("%s is the operation on every element, rounded to float32", (_, expression, apply) => {
  fc.assert(
    fc.property(float, float, (a, b) => {
      expect(at(expression, a, b)).toBe(Math.fround(apply(a, b)));
    }),
  );
});

test("every operation rounds, not only the last", () => {
  // In float32 1 + 2^-24 is 1, so that taking 1 away leaves nothing.
  expect(at(subtract(add(1, x), 1), 2 ** -24)).toBe(0);
});

test("numbers stand for constants, which broadcast and are rounded too", () => {
  expect(evaluate(multiply(0.1, x), { tensors: { x: Float32Array.of(1, 2, 3) }, step: 1 }, 3)).toEqual(
    Float32Array.of(1, 2, 3).map((value) => Math.fround(0.1) * value),
  );
});

test("the step is its number", () => {
  expect(at(step, 0)).toBe(3);
  expect(at(power(2, step), 0)).toBe(8);
});

test("the number of steps is that of the task", () => {
  expect(evaluate(divide(step, steps), { tensors: {}, step: 3, steps: 12 }, 1)).toEqual(Float32Array.of(0.25));
});

test("a norm is one number over all elements", () => {
  // √(3² + 4²) = 5; √(6² + 8²) = 10
  const tensors = { x: Float32Array.of(3, 4) };
  expect(evaluate(norm(x), { tensors, step: 1 }, 2)).toEqual(Float32Array.of(5, 5));
  expect(evaluate(divide(x, norm(multiply(2, x))), { tensors, step: 1 }, 2)).toEqual(Float32Array.of(0.3, 0.4));
});

test("a number that depends on the layer is that of the first pattern that fits", () => {
  const layout = layoutOf([
    { name: "body.weight", shape: [2] },
    { name: "head.weight", shape: [1, 2] },
    { name: "head.bias", shape: [1] },
  ]);
  const rules = [
    { match: "*.bias", value: 0 },
    { match: "head.*", value: 10 },
  ];
  expect(evaluate(byLayer(rules, 1), { tensors: {}, step: 1, layout }, 5)).toEqual(Float32Array.of(1, 1, 10, 10, 0));
});

test("gradients of examples are clipped one by one, and their mean taken", () => {
  // (3, 4) has length 5 and becomes (0.6, 0.8); (0, 0.5) stays. Their mean is (0.3, 0.65).
  const exampleGradients = [Float32Array.of(3, 4), Float32Array.of(0, 0.5)];
  const mean = evaluate(clippedGradient(1), { tensors: {}, step: 1, exampleGradients }, 2);
  expect(mean).toEqual(Float32Array.of(0.3, 0.65));
});

test("the gradient elsewhere is asked for there", () => {
  // The gradient of ½ x² at x + 2.
  const tensors = { x: Float32Array.of(1, 5) };
  const bindings = { tensors, step: 1, gradientAt: (params: Float32Array): Float32Array => params };
  expect(evaluate(gradientAt(add(x, 2)), bindings, 2)).toEqual(Float32Array.of(3, 7));
});

test("evaluation leaves what it is given as it was", () => {
  const tensors = { x: Float32Array.of(1, 2), y: Float32Array.of(3, 4) };
  evaluate(add(negate(x), square(y)), { tensors, step: 1 }, 2);
  expect(tensors).toEqual({ x: Float32Array.of(1, 2), y: Float32Array.of(3, 4) });
});

describe("a mistake in a solver is a bug:", () => {
  test("a tensor that is not there", () => {
    expect(() => at(tensor("velocity"), 1)).toThrow('tensor "velocity" is missing');
  });

  test("something of the task that is not known", () => {
    expect(() => at(steps, 1)).toThrow("the number of steps is missing");
    expect(() => at(gradientAt(x), 1)).toThrow("the gradient elsewhere is missing");
    expect(() => at(clippedGradient(1), 1)).toThrow("the gradients of examples is missing");
    expect(() => at(byLayer([{ match: "*", value: 1 }], 0), 1)).toThrow("the names of tensors is missing");
  });

  test("a tensor of another length", () => {
    expect(() => evaluate(x, { tensors: { x: Float32Array.of(1, 2) }, step: 1 }, 3)).toThrow(
      '"x" has 3 elements, got 2',
    );
  });
});
