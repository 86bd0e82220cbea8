import { describe, expect, test } from "vitest";
import { int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { comparisonOperators } from "../graph/operators/comparison.ts";
import { elementwiseOperators } from "../graph/operators/elementwise.ts";
import { identityOperators } from "../graph/operators/identity.ts";
import { logicOperators } from "../graph/operators/logic.ts";
import { roundingOperators } from "../graph/operators/rounding.ts";
import { trigonometryOperators } from "../graph/operators/trigonometry.ts";
import { scalarTensor } from "../graph/tensors.ts";
import { appendGradients } from "./differentiate.ts";
import { at, gradientsAt, on, singleOnly, testGradients } from "./operator-checks.ts";

const positive = [0.5, 1, 2, 3.5, 5, 8];
const away = [1.5, -2, 0.5, 3, -0.7, 1];
const small = [-0.5, -0.375, -0.125, 0.25, 0.3125, 0.5];

describe("functions of one tensor", () => {
  testGradients(elementwiseOperators, {
    Neg: [on("Neg", [[3]])],
    Abs: [at("Abs", away)],
    Exp: [on("Exp", [[2, 3]])],
    Log: [at("Log", positive)],
    Sqrt: [at("Sqrt", positive)],
    Reciprocal: [at("Reciprocal", away)],
    Erf: [{ ...at("Erf", away), ...singleOnly }],
  });

  test("the slope of an absolute value is 0 at 0, and that of a root infinite", async () => {
    expect(await gradientsAt((graph) => graph.add("Abs", ["a"]), { a: [0] })).toEqual({ a: [0] });
    expect(await gradientsAt((graph) => graph.add("Sqrt", ["a"]), { a: [0] })).toEqual({ a: [Infinity] });
  });
});

describe("trigonometry", () => {
  testGradients(trigonometryOperators, {
    Sin: [at("Sin", away)],
    Cos: [at("Cos", away)],
    Tan: [{ ...at("Tan", small), ...singleOnly }],
    Asin: [{ ...at("Asin", small), ...singleOnly }],
    Acos: [{ ...at("Acos", small), ...singleOnly }],
    Atan: [{ ...at("Atan", away), ...singleOnly }],
    Sinh: [{ ...at("Sinh", small), ...singleOnly }],
    Cosh: [{ ...at("Cosh", small), ...singleOnly }],
    Asinh: [{ ...at("Asinh", away), ...singleOnly }],
    Acosh: [{ ...at("Acosh", [1.75, 2, 3, 4]), ...singleOnly }],
    Atanh: [{ ...at("Atanh", small), ...singleOnly }],
  });
});

/** Through float64 and back, so that the rest of the check is in float32. */
function conversion(convert: (graph: GraphBuilder) => string): ReturnType<typeof on> {
  const build = (graph: GraphBuilder): string => {
    const wide = convert(graph);
    return graph.add("Cast", [graph.add("Mul", [wide, wide])], { to: int(1) });
  };
  return { inputs: { a: [2, 3] }, build, ...singleOnly };
}

describe("comparisons, choices and conversions", () => {
  testGradients(comparisonOperators, {
    Where: [
      {
        inputs: { a: [2, 3], b: [3] },
        values: { a: away, b: [0, 0.25, 2] },
        build: (graph) => graph.add("Where", [graph.add("Greater", ["a", "b"]), "a", "b"]),
      },
      {
        inputs: { a: [3], b: [] },
        values: { a: [1, 2, 3] },
        build: (graph) => {
          const isLarge = graph.add("GreaterOrEqual", ["a", graph.constant(scalarTensor("float64", 1.5))]);
          return graph.add("Where", [graph.add("Unsqueeze", [isLarge, axis(graph)]), "a", "b"]);
        },
      },
    ],
    Cast: [on("Cast", [[3]], { to: int(11) }), conversion((graph) => graph.add("Cast", ["a"], { to: int(11) }))],
    CastLike: [conversion((graph) => graph.add("CastLike", ["a", graph.constant(scalarTensor("float64", 0))]))],
  });
});

function axis(graph: GraphBuilder): string {
  return graph.constant({ dataType: "int64", shape: [1], values: BigInt64Array.of(1n) });
}

/** Dropout with the given ratio, in evaluation or in training. */
function dropout(graph: GraphBuilder, ratio: number, training: boolean): string {
  const ratioValue = graph.constant(scalarTensor("float32", ratio));
  return graph.add("Dropout", ["a", ratioValue, graph.constant(scalarTensor("bool", training ? 1 : 0))], {}, "drop");
}

describe("operators that hand on their input", () => {
  testGradients(identityOperators, {
    Identity: [on("Identity", [[3]])],
    Dropout: [
      on("Dropout", [[2, 3]]),
      { inputs: { a: [2, 3] }, build: (graph) => dropout(graph, 0.5, false), precision: "float32" },
      { inputs: { a: [2, 3] }, build: (graph) => dropout(graph, 0, true), precision: "float32" },
    ],
  });

  test("dropout at random is not differentiated: its mask would be another one in every run", () => {
    const graph = graphBuilder();
    graph.input({ name: "a", dataType: "float32", shape: ["batch", 3] });
    const output = graph.add("ReduceSum", [dropout(graph, 0.5, true)], { keepdims: int(0) });
    const ask = (): unknown => appendGradients(graph, { output, withRespectTo: ["a"] });
    expect(ask).toThrow('node "drop" (Dropout) drops elements at random');
  });
});

test("no gradient flows through rounding, questions and logic", () => {
  const rules = [...roundingOperators, ...logicOperators].map(({ gradient }) => gradient);
  expect(new Set(rules)).toEqual(new Set(["zero"]));
});

test("a rounded value passes nothing back, and what goes around it does", async () => {
  const build = (graph: GraphBuilder): string => graph.add("Mul", ["a", graph.add("Round", ["a"])]);
  expect(await gradientsAt(build, { a: [1.75, -0.5, 3.25] })).toEqual({ a: [2, 0, 3] });
});
