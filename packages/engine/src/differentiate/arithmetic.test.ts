import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { arithmeticOperators } from "../graph/operators/arithmetic.ts";
import { extremeOperators } from "../graph/operators/extremes.ts";
import { powerOperators } from "../graph/operators/powers.ts";
import { scalarTensor, tensorOf } from "../graph/tensors.ts";
import { type GradientCheck, gradientError } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";
import { type Checks, gradientsAt, on, testGradients } from "./operator-checks.ts";

const positive = [0.5, 1, 2, 3.5, 5, 8];
const away = [1.5, -2, 0.5, 3, -0.7, 1];

/** Powers of six numbers with a known exponent, in float64. */
function power(exponent: number, values: readonly number[]): GradientCheck {
  const build = (graph: GraphBuilder): string =>
    graph.add("Pow", ["a", graph.constant(scalarTensor("float64", exponent))]);
  return { inputs: { a: [2, 3] }, values: { a: values }, build };
}

/** Six numbers cut to a range whose bounds are inputs, or left out where they are null. */
function clip(low: number | null, high: number | null): GradientCheck {
  const bounds = Object.entries({ low, high }).flatMap(([name, bound]) => (bound === null ? [] : [[name, bound]]));
  const names = [low === null ? "" : "low", high === null ? "" : "high"];
  return {
    inputs: { a: [2, 3], ...Object.fromEntries(bounds.map(([name]) => [name, []])) },
    values: { a: away, ...Object.fromEntries(bounds.map(([name, bound]) => [name, [bound]])) },
    build: (graph) => graph.add("Clip", ["a", ...names]),
  };
}

const checks: Checks = {
  Add: [
    on("Add", [[2, 3], [3]]),
    on("Add", [
      [2, 1],
      [1, 3],
    ]),
  ],
  Sub: [
    on("Sub", [
      [2, 3],
      [2, 1],
    ]),
  ],
  Mul: [
    on("Mul", [[2, 3], [3]]),
    on("Mul", [[], [2, 3]]),
    { inputs: { a: [2, 3] }, build: (graph) => graph.add("Mul", ["a", "a"]) },
  ],
  Div: [
    { ...on("Div", [[2, 3], [3]]), values: { b: [1.5, -2, 0.5] } },
    {
      ...on("Div", [
        [2, 2, 3],
        [2, 3],
      ]),
      values: { b: away },
    },
    {
      ...on("Div", [
        [2, 3],
        [2, 3],
      ]),
      values: { b: away },
    },
  ],
  Mod: [
    {
      ...on("Mod", [[6], [6]], { fmod: int(1) }),
      values: { a: [5, -5, 2.5, 7, -1, 0.5], b: [3, 3, -2, 1.5, 4, 2] },
    },
  ],
  Sum: [on("Sum", [[2, 3]]), on("Sum", [[2, 3], [3], [2, 1]])],
  Mean: [
    { ...on("Mean", [[2, 3], [3], [2, 1]]), precision: "float32" },
    { ...on("Mean", [[2, 3]]), precision: "float32" },
  ],
  Pow: [
    ...[2, 1, 3, 4, 0, -1].map((exponent) => power(exponent, away)),
    ...[0.5, -0.5, 1.5, -2].map((exponent) => power(exponent, positive)),
    { ...on("Pow", [[2, 3], [3]]), values: { a: positive } },
    { ...on("Pow", [[3], [2, 3]]), values: { a: [0.5, 2, 3] } },
    {
      inputs: { b: [2, 3] },
      build: (graph) => graph.add("Pow", [graph.constant(scalarTensor("float64", 2)), "b"]),
    },
    {
      inputs: { a: [3] },
      build: (graph) => graph.add("Pow", ["a", graph.constant(tensorOf("int64", [3], [2, 0, 3]))]),
    },
  ],
  Min: [on("Min", [[2, 3], [3]]), on("Min", [[2, 3]]), on("Min", [[2, 3], [3], [2, 1]])],
  Max: [on("Max", [[2, 3], []]), { inputs: { a: [3] }, build: (graph) => graph.add("Max", ["a", "a"]) }],
  Clip: [clip(-1, 1.25), clip(null, 1.25), clip(-1, null), clip(null, null)],
};

describe("arithmetic, powers and extremes", () => {
  testGradients([...arithmeticOperators, ...powerOperators, ...extremeOperators], checks);
});

test("arithmetic with any broadcasting is differentiated as central differences say", async () => {
  const size = fc.integer({ min: 1, max: 3 });
  const axis = fc.tuple(size, fc.constantFrom("both", "left", "right"));
  const operators = fc.constantFrom("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min");
  const cases = fc.tuple(operators, fc.array(axis, { maxLength: 3 }), fc.nat(2), fc.nat(2));
  await fc.assert(
    fc.asyncProperty(cases, async ([operator, axes, cutLeft, cutRight]) => {
      const left = axes.map(([length, side]) => (side === "right" ? 1 : length)).slice(cutLeft);
      const right = axes.map(([length, side]) => (side === "left" ? 1 : length)).slice(cutRight);
      // Positive numbers of which no two are close: bases, divisors, and maxima that do not change within a step.
      const numbers = (shape: readonly number[], first: number): readonly number[] =>
        Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first + ((i * 7) % 27) / 16);
      const check = { ...on(operator, [left, right]), values: { a: numbers(left, 0.5), b: numbers(right, 0.53125) } };
      expect(await gradientError(check)).toBeLessThan(1e-8);
    }),
    { numRuns: 40 },
  );
});

describe("at points without a derivative", () => {
  const pair =
    (operator: string) =>
    (graph: GraphBuilder): string =>
      graph.add(operator, ["a", "b"]);

  test.each(["Max", "Min"])("equal inputs share the gradient of %s evenly, as in PyTorch", async (operator) => {
    const both = await gradientsAt(pair(operator), { a: [1, -2], b: [1, -2] });
    expect(both).toEqual({ a: [0.5, 0.5], b: [0.5, 0.5] });
    const build = (graph: GraphBuilder): string => graph.add(operator, ["a", "b", "c"]);
    const sign = operator === "Max" ? -1 : 1;
    expect(await gradientsAt(build, { a: [2], b: [2], c: [2 + sign] })).toEqual({ a: [0.5], b: [0.5], c: [0] });
  });

  const clipped =
    (low: number, high: number) =>
    (graph: GraphBuilder): string => {
      const bounds = [low, high].map((bound) => graph.constant(scalarTensor("float32", bound)));
      return graph.add("Clip", ["a", ...bounds]);
    };

  test("at the bounds of a range the gradient passes, as torch.clamp has it", async () => {
    expect(await gradientsAt(clipped(0, 5), { a: [-1, 0, 3, 5, 7] })).toEqual({ a: [0, 1, 1, 1, 0] });
    expect(await gradientsAt(clipped(-1, 6), { a: [-2, -1, 3, 6, 7] })).toEqual({ a: [0, 1, 1, 1, 0] });
  });

  test("at 0 and 6 the gradient of a range from 0 to 6 does not pass, as torch.nn.ReLU6 has it", async () => {
    const least = 2 ** -149;
    const beforeSix = 6 - 2 ** -21;
    const expected = { a: [0, 0, 1, 1, 1, 0, 0] };
    expect(await gradientsAt(clipped(0, 6), { a: [-1, 0, least, 3, beforeSix, 6, 7] })).toEqual(expected);
  });

  test("bounds of 0 and 6 that are converted to the type of the numbers are such a range, too", async () => {
    const build = (graph: GraphBuilder): string => {
      const bounds = [0, 6].map((bound) =>
        graph.add("Cast", [graph.constant(scalarTensor("float64", bound))], { to: int(1) }),
      );
      return graph.add("Clip", ["a", ...bounds]);
    };
    expect(await gradientsAt(build, { a: [-1, 0, 3, 6] })).toEqual({ a: [0, 0, 1, 0] });
  });

  test("0^0 is differentiated to zeros, and so is 0 to a positive power", async () => {
    const { a, b } = await gradientsAt(pair("Pow"), { a: [0, 0, 2], b: [0, 2, 0] });
    expect(a).toEqual([0, 0, 0]);
    // 2^b at b = 0: ln 2
    expect(b).toEqual([0, 0, Math.fround(Math.LN2)]);
  });

  test("remainders have the sign of the dividend, and the divisor's gradient is the quotient cut to zero", async () => {
    const build = (graph: GraphBuilder): string => graph.add("Mod", ["a", "b"], { fmod: int(1) });
    // 5 = 1 · 3 + 2, −5 = −1 · 3 − 2, 2.5 = −1 · −2 + 0.5: minus the factors
    const expected = { a: [1, 1, 1], b: [-1, 1, 1] };
    expect(await gradientsAt(build, { a: [5, -5, 2.5], b: [3, 3, -2] })).toEqual(expected);
  });
});

/** The operators that the gradient of Σ f adds; a and b are float32 [2, 3]. */
function added(build: (graph: GraphBuilder) => string, withRespectTo: readonly string[]): readonly string[] {
  const graph = graphBuilder();
  for (const name of ["a", "b"]) graph.input({ name, dataType: "float32", shape: [2, 3] });
  const output = graph.add("ReduceSum", [build(graph)], { keepdims: int(0) });
  const before = graph.nodes().length;
  const gradients = appendGradients(graph, { output, withRespectTo });
  const { nodes } = graph.build("derived", [
    ...graph
      .nodes()
      .slice(0, before)
      .flatMap(({ outputs }) => outputs),
    ...gradients.values(),
  ]);
  const made = new Set(graph.nodes().slice(before));
  return nodes
    .filter((node) => made.has(node))
    .map(({ operator }) => operator)
    .filter((name) => name !== "Constant");
}

describe("gradients of few nodes", () => {
  test("a square is differentiated as one product", () => {
    expect(added((graph) => graph.add("Mul", ["a", "a"]), ["a"])).toEqual(["Mul"]);
    const two = (graph: GraphBuilder): string => graph.constant(scalarTensor("float32", 2));
    expect(added((graph) => graph.add("Pow", ["a", two(graph)]), ["a"])).toEqual(["Mul"]);
  });

  test("dividend and divisor share a division", () => {
    const nodes = added((graph) => graph.add("Div", ["a", "b"]), ["a", "b"]);
    expect(nodes).toEqual(["Div", "Mul", "Neg"]);
  });
});
