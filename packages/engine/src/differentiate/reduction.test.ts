import { describe, expect, test } from "vitest";
import { type Attributes, int } from "../graph/attributes.ts";
import { classificationOperators } from "../graph/operators/classification.ts";
import { reductionOperators } from "../graph/operators/reduction.ts";
import { int64List, scalarTensor, tensorOf } from "../graph/tensors.ts";
import type { GradientCheck } from "./check-gradient.ts";
import { gradientsAt, on, singleOnly, testGradients } from "./operator-checks.ts";

const mixed = [1.5, -2, 0.5, 3, -0.75, 1, 2.5, -1.25, 4, -3, 0.25, 2];
const positive = mixed.map(Math.abs);

function along(operator: string, axes: readonly number[], attributes: Attributes = {}): GradientCheck {
  return {
    inputs: { a: [2, 3, 2] },
    values: { a: operator === "ReduceLogSum" ? positive : mixed },
    build: (graph) => graph.add(operator, ["a", graph.constant(int64List(axes))], attributes),
  };
}

/** Along all axes, along one that is kept, and along two that are dropped. */
function cases(operator: string, only: Partial<GradientCheck> = {}): readonly GradientCheck[] {
  const whole = {
    ...along(operator, []),
    build: (graph: Parameters<GradientCheck["build"]>[0]) => graph.add(operator, ["a"]),
  };
  return [whole, along(operator, [1]), along(operator, [-1, 0], { keepdims: int(0) })].map((check) => ({
    ...check,
    ...only,
  }));
}

describe("reductions", () => {
  const idle = { noop_with_empty_axes: int(1) };
  testGradients(reductionOperators, {
    ReduceL1: cases("ReduceL1"),
    ReduceL2: cases("ReduceL2"),
    ReduceLogSum: cases("ReduceLogSum"),
    ReduceLogSumExp: cases("ReduceLogSumExp"),
    ReduceMax: cases("ReduceMax"),
    ReduceMean: cases("ReduceMean"),
    ReduceMin: cases("ReduceMin"),
    ReduceProd: cases("ReduceProd"),
    ReduceSum: [...cases("ReduceSum"), along("ReduceSum", [], idle)],
    ReduceSumSquare: cases("ReduceSumSquare"),
  });

  test("entries that tie for an extreme share its gradient", async () => {
    const shared = await gradientsAt((graph) => graph.add("ReduceMax", ["a"]), { a: [2, 5, 5, 1] });
    expect(shared["a"]).toEqual([0, 0.5, 0.5, 0]);
  });

  test("a factor of 0 has the product of the others as its gradient", async () => {
    const product = (a: readonly number[]) => gradientsAt((graph) => graph.add("ReduceProd", ["a"]), { a });
    expect((await product([2, 0, 5]))["a"]).toEqual([0, 10, 0]);
    expect((await product([0, 0, 5]))["a"]).toEqual([0, 0, 0]);
  });

  test("norms of zeros have a gradient of 0", async () => {
    for (const operator of ["ReduceL1", "ReduceL2"]) {
      expect((await gradientsAt((graph) => graph.add(operator, ["a"]), { a: [0, 0] }))["a"]).toEqual([0, 0]);
    }
  });
});

describe("classifiers", () => {
  testGradients(classificationOperators, {
    LogSoftmax: [on("LogSoftmax", [[2, 3]]), on("LogSoftmax", [[2, 3, 2]], { axis: int(1) })],
    OneHot: [
      {
        inputs: { a: [2] },
        build: (graph) => {
          const labels = graph.constant(tensorOf("int64", [2, 2], [0, 2, -1, 1]));
          return graph.add("OneHot", [labels, graph.constant(scalarTensor("int64", 3)), "a"], { axis: int(1) });
        },
        ...singleOnly,
      },
    ],
    Softmax: [on("Softmax", [[2, 3]]), on("Softmax", [[2, 3, 2]], { axis: int(1) })],
  });
});
