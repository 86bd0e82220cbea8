import { describe, expect, test } from "vitest";
import { float, int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { activationOperators } from "../graph/operators/activations.ts";
import { rectifierOperators } from "../graph/operators/rectifiers.ts";
import { scalarTensor } from "../graph/tensors.ts";
import { gradientError } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";
import { at, type Checks, gradientsAt, on, singleOnly, testGradients } from "./operator-checks.ts";

const away = [1.5, -2, 0.5, 3, -0.7, 1.25];
/** On both sides of the kinks, and away from them. */
const wide = [-4, -2, -1, 0.25, 2.75, 3.5];

/** Gelu itself comes with operator set 20: it is compared with what exporters decompose it into, below. */
const { gelu, others } = {
  gelu: activationOperators.filter(({ name }) => name === "Gelu"),
  others: activationOperators.filter(({ name }) => name !== "Gelu"),
};

const checks: Checks = {
  Sigmoid: [on("Sigmoid", [[2, 3]])],
  HardSigmoid: [at("HardSigmoid", wide), at("HardSigmoid", wide, { alpha: float(0.25), beta: float(0.375) })],
  Tanh: [on("Tanh", [[2, 3]])],
  Softplus: [on("Softplus", [[2, 3]])],
  Softsign: [at("Softsign", away)],
  HardSwish: [at("HardSwish", wide)],
  Mish: [at("Mish", [...wide, -30, 30])],
};

describe("smooth activations and their approximations by lines", () => {
  testGradients(others, checks);
});

describe("rectifiers", () => {
  testGradients(rectifierOperators, {
    Relu: [at("Relu", away)],
    LeakyRelu: [at("LeakyRelu", away, { alpha: float(0.25) }), at("LeakyRelu", away, { alpha: float(-0.5) })],
    PRelu: [
      { ...on("PRelu", [[2, 3], [3]]), values: { a: away } },
      {
        ...on("PRelu", [
          [2, 3, 2],
          [3, 1],
        ]),
      },
      { ...on("PRelu", [[2, 3], []]), values: { a: away } },
    ],
    Elu: [at("Elu", away, { alpha: float(0.75) }), at("Elu", away, { alpha: float(-0.5) })],
    Celu: [{ ...at("Celu", away, { alpha: float(2) }), ...singleOnly }],
    Selu: [at("Selu", away), at("Selu", away, { alpha: float(-0.5), gamma: float(1.5) })],
    ThresholdedRelu: [at("ThresholdedRelu", away), at("ThresholdedRelu", away, { alpha: float(-1) })],
  });
});

test("at a kink every activation has the slope that PyTorch gives it", async () => {
  const slope = async (check: ReturnType<typeof at>): Promise<readonly number[]> =>
    (await gradientsAt(check.build, check.values ?? {}))["a"] ?? [];
  const half = { alpha: float(0.5) };
  expect(await slope(at("Relu", [0]))).toEqual([0]);
  expect(await slope(at("LeakyRelu", [0], half))).toEqual([0.5]);
  expect(await slope(at("Elu", [0], half))).toEqual([0.5]);
  expect(await slope(at("Celu", [0], half))).toEqual([1]);
  expect((await slope(at("Selu", [0])))[0]).toBeCloseTo(1.7580993, 6);
  expect(await slope(at("ThresholdedRelu", [1]))).toEqual([0]);
  expect(await slope(at("HardSigmoid", [-2.5, 2.5]))).toEqual([0, 0]);
  expect(await slope(at("HardSwish", [-3, 3]))).toEqual([0, 1]);
  expect(await slope(at("Softsign", [0]))).toEqual([1]);
  const prelu = await gradientsAt((graph) => graph.add("PRelu", ["a", "b"]), { a: [0, 1], b: [0.25, 0.25] });
  expect(prelu).toEqual({ a: [0.25, 1], b: [0, 0] });
});

/** What exporters decompose Gelu into below operator set 20. */
const decomposed: Readonly<Record<string, (graph: GraphBuilder) => string>> = {
  none: (graph) => {
    const number = (value: number): string => graph.constant(scalarTensor("float32", value));
    const erf = graph.add("Erf", [graph.add("Div", ["a", number(Math.SQRT2)])]);
    return graph.add("Mul", [graph.add("Mul", ["a", graph.add("Add", [erf, number(1)])]), number(0.5)]);
  },
  tanh: (graph) => {
    const number = (value: number): string => graph.constant(scalarTensor("float32", value));
    const cube = graph.add("Mul", [graph.add("Pow", ["a", number(3)]), number(0.044715)]);
    const inner = graph.add("Mul", [graph.add("Add", ["a", cube]), number(Math.sqrt(2 / Math.PI))]);
    const share = graph.add("Add", [graph.add("Tanh", [inner]), number(1)]);
    return graph.add("Mul", [graph.add("Mul", ["a", number(0.5)]), share]);
  },
};

function geluOf(graph: GraphBuilder, approximate: string): string {
  return graph.add("Gelu", ["a"], { approximate: { kind: "string", value: approximate } });
}

describe.each(Object.entries(decomposed))("Gelu, approximation %s", (approximate, build) => {
  test("it has the gradient of its decomposition", async () => {
    expect(gelu).toHaveLength(1);
    const a = [-3, -2, -1, -0.25, 0, 0.5, 1, 2, 3];
    const { a: expected = [] } = await gradientsAt(build, { a });
    const { a: derived = [] } = await gradientsAt((graph) => geluOf(graph, approximate), { a });
    expect(Math.max(...derived.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))).toBeLessThan(1e-6);
  });

  test("far from 0 it is 0 or the identity", async () => {
    const { a: derived } = await gradientsAt((graph) => geluOf(graph, approximate), { a: [-30, 30] });
    expect(derived).toEqual([0, 1]);
  });

  test("the gradient of its gradient is what central differences say", async () => {
    const slope = (graph: GraphBuilder): string => {
      const output = graph.add("ReduceSum", [geluOf(graph, approximate)], { keepdims: int(0) });
      return appendGradients(graph, { output, withRespectTo: ["a"] }).get("a") ?? "";
    };
    expect(await gradientError({ ...at("Gelu", away), ...singleOnly, build: slope })).toBeLessThan(1e-4);
  });
});
