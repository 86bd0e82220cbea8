import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  abs,
  add,
  divide,
  evaluate,
  type Expression,
  maximum,
  minimum,
  multiply,
  negate,
  power,
  sign,
  sqrt,
  square,
  step,
  subtract,
  tensor,
} from "./expression.ts";

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
  expect(add(2, x)).toEqual({
    kind: "binary",
    operation: "add",
    left: { kind: "constant", value: 2 },
    right: { kind: "tensor", name: "x" },
  });
});

test("the step is its number", () => {
  expect(at(step, 0)).toBe(3);
  expect(at(power(2, step), 0)).toBe(8);
});

test("an expression is plain data: it survives JSON", () => {
  const expression = add(multiply(0.5, x), sqrt(subtract(power(2, step), y)));
  expect(JSON.parse(JSON.stringify(expression))).toEqual(expression);
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

  test("a tensor of another length", () => {
    expect(() => evaluate(x, { tensors: { x: Float32Array.of(1, 2) }, step: 1 }, 3)).toThrow(
      '"x" has 3 elements, got 2',
    );
  });
});
