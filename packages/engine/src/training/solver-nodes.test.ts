import { catalogue, evaluate, type Expression, makePart, type Solver } from "@potluck/core";
import { expect, test } from "vitest";
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { writeModel } from "../onnx/write.ts";
import { float32, int64, openSession } from "../runtime/session.ts";
import { stepCompiler } from "./solver-nodes.ts";

const LENGTH = 5;
const NONE = new Float32Array(0);

/** Options with which every solver of the catalogue uses all of its rule. */
const solvers: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
  ["sgd", { learningRate: 0.1 }],
  ["sgd", { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }],
  ["fed-prox", { mu: 0.5, learningRate: 0.1, momentum: 0.5 }],
  ["adam", { learningRate: 0.01, weightDecay: 0.1 }],
];

function solverOf(name: string, options: Readonly<Record<string, number>>): Solver {
  return makePart("solver", catalogue.solver, { name, options });
}

function inputsOf({ slots }: Solver): readonly string[] {
  return ["gradient", "params", "anchor", ...slots];
}

function compiled(solver: Solver): Graph {
  const graph = graphBuilder();
  graph.input({ name: "finished", dataType: "int64", shape: [] });
  const names = inputsOf(solver);
  for (const name of names) graph.input({ name, dataType: "float32", shape: [LENGTH] });
  const next = stepCompiler(graph, solver, "finished")(Object.fromEntries(names.map((name) => [name, name])));
  return graph.build("step", [next.params, ...next.slots]);
}

function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map(({ operator }) => operator).filter((operator) => operator !== "Constant");
}

test("the test knows every solver of the catalogue", () => {
  const known = new Set(solvers.map(([name]) => name));
  expect(Object.values(catalogue.solver).map(({ definition }) => definition.name)).toEqual([...known].toSorted());
});

test.each(solvers)("the compiled step of %s %j is what the interpreter says", async (name, options) => {
  const solver = solverOf(name, options);
  const tensors = Object.fromEntries(
    // Squares, so that slots which hold second moments make sense.
    inputsOf(solver).map((input, seed) => [
      input,
      Float32Array.from({ length: LENGTH }, (_, i) => Math.cos(i + 7 * seed) ** 2),
    ]),
  );
  const graph = compiled(solver);
  const session = await openSession(writeModel(standardModel(graph)));
  const feeds = Object.fromEntries(Object.entries(tensors).map(([key, values]) => [key, float32(values, [LENGTH])]));
  const results = graph.outputs.map(() => new Float32Array(LENGTH));
  const targets = graph.outputs.map((output, at) => [output.name, float32(results[at] ?? NONE, [LENGTH])] as const);
  for (const finished of [0, 3]) {
    await session.run(
      { ...feeds, finished: int64(BigInt64Array.of(BigInt(finished)), []) },
      Object.fromEntries(targets),
    );
    const rules = [solver.step.params, ...solver.slots.map((slot) => solver.step.state[slot])];
    rules.forEach((rule, at) => {
      const expected = rule === undefined ? [] : evaluate(rule, { tensors, step: finished + 1 }, LENGTH);
      expected.forEach((value, i) => expect(results[at]?.[i]).toBeCloseTo(value, 6));
    });
  }
  await session.close();
});

test("a part that is used twice is computed once, and scalars once for all tensors", () => {
  const solver = solverOf("adam", { learningRate: 0.01 });
  const graph = graphBuilder();
  graph.input({ name: "finished", dataType: "int64", shape: [] });
  const names = ["a", "b"].flatMap((tensor) => inputsOf(solver).map((name) => `${tensor}/${name}`));
  for (const name of names) graph.input({ name, dataType: "float32", shape: [LENGTH] });
  const compile = stepCompiler(graph, solver, "finished");
  const outputs = ["a", "b"].flatMap((tensor) => {
    const next = compile(Object.fromEntries(inputsOf(solver).map((name) => [name, `${tensor}/${name}`])));
    return [next.params, ...next.slots];
  });
  const operators = operatorsOf(graph.build("steps", outputs));
  expect(operators.filter((operator) => operator === "Pow")).toHaveLength(2);
  expect(operators.filter((operator) => operator === "Cast")).toHaveLength(1);
  // For each tensor the moments are written once, although the parameters' rule uses them, too.
  expect(operators.filter((operator) => operator === "Mul")).toHaveLength(2 * 6);
});

test("a slot that does not change, and one that is a number, are carried in the parameters' shape", () => {
  const tensor = (name: string): Expression => ({ kind: "tensor", name });
  const state = { kept: tensor("kept"), count: { kind: "step" } } as const;
  const solver: Solver = { slots: ["kept", "count"], step: { params: tensor("params"), state } };
  const graph = compiled(solver);
  expect(graph.outputs.map(({ shape }) => shape)).toEqual([[LENGTH], [LENGTH], [LENGTH]]);
  expect(new Set([...graph.outputs, ...graph.inputs].map(({ name }) => name)).size).toBe(3 + 6);
});
