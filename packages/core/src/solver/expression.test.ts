import { expect, test } from "vitest";
import {
  add,
  byLayer,
  clippedGradient,
  type Expression,
  gradientAt,
  multiply,
  norm,
  operandsOf,
  power,
  sqrt,
  step,
  steps,
  subtract,
  tensor,
} from "./expression.ts";

const x = tensor("x");
const y = tensor("y");

test("numbers stand for constants", () => {
  expect(add(2, x)).toEqual({
    kind: "binary",
    operation: "add",
    left: { kind: "constant", value: 2 },
    right: { kind: "tensor", name: "x" },
  });
});

test("a number that is the same for every layer is that number", () => {
  expect(byLayer([], 3)).toEqual({ kind: "constant", value: 3 });
});

test.each<[string, Expression, readonly Expression[]]>([
  ["a leaf", steps, []],
  ["a number by layer", byLayer([{ match: "*", value: 1 }], 2), []],
  ["an operation", subtract(x, y), [x, y]],
  ["an operation of one", sqrt(x), [x]],
  ["clipped gradients of examples", clippedGradient(1), []],
  ["a norm", norm(x), [x]],
  ["a gradient elsewhere", gradientAt(y), [y]],
])("the operands of %s", (_, whole, operands) => {
  expect(operandsOf(whole)).toEqual(operands);
});

test("an expression is plain data: it survives JSON", () => {
  const inner = add(multiply(0.5, x), sqrt(subtract(power(2, step), y)));
  const expression = multiply(byLayer([{ match: "a.*", value: 2 }], 1), gradientAt(add(inner, norm(inner))));
  expect(JSON.parse(JSON.stringify(expression))).toEqual(expression);
});

test.each([0, -1, Number.NaN, Infinity])("gradients cannot be clipped to a length of %s", (clipNorm) => {
  const fault = {
    code: "option-invalid",
    message: expect.stringContaining(`clipNorm must be a number > 0, got ${clipNorm}`),
  };
  expect(() => clippedGradient(clipNorm)).toThrow(expect.objectContaining(fault));
});
