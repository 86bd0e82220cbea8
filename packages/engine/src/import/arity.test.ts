import { expect, test } from "vitest";
import { operators } from "../graph/operators/registry.ts";
import { checkArity, hasArity } from "./arity.ts";
import { nodeOf } from "./check-rewrite.ts";
import { composites } from "./composite/registry.ts";

test("every operator and every composite has its numbers of inputs and outputs", () => {
  const names = [...operators, ...composites].map(({ name }) => name);
  expect(names.filter((name) => !hasArity(name))).toEqual([]);
});

test("inputs that lack and outputs that are too many are refused with the numbers that there should be", () => {
  expect(() => checkArity(nodeOf("MatMul", ["a", ""], ["y"]))).toThrow(
    'node "y" (MatMul) has 1 inputs, and MatMul has 2',
  );
  expect(() => checkArity(nodeOf("Relu", ["x"], ["y", "z"]))).toThrow('node "y" (Relu) has 2 outputs, and Relu has 1');
  expect(() => checkArity(nodeOf("Concat", [], ["y"]))).toThrow("Concat has 1 or more");
  expect(() => checkArity(nodeOf("Clip", ["x", "", "most"], ["y"]))).not.toThrow();
});
