import { expect, test } from "vitest";
import { catalogue } from "../catalogue.ts";
import { type Expression, operandsOf } from "./expression.ts";
import { anchor, gradient, params, type Solver } from "./solver.ts";

const solvers: readonly Solver[] = Object.values(catalogue.solver).map((entry) =>
  entry.parse({ learningRate: 0.1, ...("mu" in entry.definition.options ? { mu: 0.5 } : {}) }),
);

/** The names of the tensors in an expression. */
function tensorsIn(whole: Expression): readonly string[] {
  return [...(whole.kind === "tensor" ? [whole.name] : []), ...operandsOf(whole).flatMap(tensorsIn)];
}

test("the tensors that every solver may use have their names", () => {
  expect([gradient, params, anchor].flatMap(tensorsIn)).toEqual(["gradient", "params", "anchor"]);
});

test.each(solvers)("solver %# gives every slot its next value, and looks at nothing else", ({ slots, step }) => {
  expect(Object.keys(step.state).toSorted()).toEqual([...slots].toSorted());
  const known = new Set(["gradient", "params", "anchor", ...slots]);
  expect(known.size).toBe(3 + slots.length);
  const used = [step.params, ...Object.values(step.state)].flatMap(tensorsIn);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});
