/**
 * What the tests of gradients by family share: ways to write down checks, and the laws that hold for every operator.
 *
 * @module
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type Attributes, int } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { Operator } from "../graph/operator.ts";
import { standardModel } from "../graph/standard-model.ts";
import { writeModel } from "../onnx/write.ts";
import { type GradientCheck, gradientError } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";

/** Checks by the name of the operator. */
export type Checks = Readonly<Record<string, readonly GradientCheck[]>>;

/** For operators that ONNX Runtime has in float32 only: a step at which neither h² nor rounding counts for much. */
export const singleOnly: Pick<GradientCheck, "precision" | "step"> = { precision: "float32", step: 1 / 128 };

/** An operator on inputs a, b, c … of the given shapes. */
export function on(
  operator: string,
  shapes: readonly (readonly number[])[],
  attributes: Attributes = {},
): GradientCheck {
  const inputs = Object.fromEntries(shapes.map((shape, place) => [String.fromCharCode(97 + place), shape]));
  return { inputs, build: (graph) => graph.add(operator, Object.keys(inputs), attributes) };
}

/** An operator on one list of numbers. */
export function at(operator: string, a: readonly number[], attributes: Attributes = {}): GradientCheck {
  return { ...on(operator, [[a.length]], attributes), values: { a } };
}

/**
 * The largest relative error that rounding and h² leave: in float64 almost nothing; in float32 2^-24 of sums of about
 * 64 divided by 2h, and h² ÷ 6 times a third derivative of about 10.
 */
function toleranceOf({ precision = "float64" }: GradientCheck, order: 1 | 2): number {
  if (precision === "float64") return order === 1 ? 1e-8 : 1e-7;
  return order === 1 ? 1e-4 : 3e-4;
}

/** The gradient of Σ f² with respect to `input`, as a function of the inputs. */
export function gradientOfSquare(
  build: (graph: GraphBuilder) => string,
  input: string,
): (graph: GraphBuilder) => string {
  return (graph) => {
    const y = build(graph);
    const output = graph.add("ReduceSum", [graph.add("Mul", [y, y])], { keepdims: int(0) });
    return appendGradients(graph, { output, withRespectTo: [input] }).get(input) ?? "";
  };
}

/** Tests that each of `operators` with a gradient rule is among `checks`, and each check in first and second order. */
export function testGradients(operators: readonly Operator[], checks: Checks): void {
  test("every operator of the family that has a gradient rule is checked", () => {
    const ruled = operators.filter(({ gradient }) => typeof gradient === "function").map(({ name }) => name);
    expect(Object.keys(checks).toSorted()).toEqual(ruled.toSorted());
  });

  describe.each(Object.entries(checks))("%s", (_, cases) => {
    test.each(cases)("its gradient is what central differences say, case %$", async (check) => {
      expect(await gradientError(check)).toBeLessThan(toleranceOf(check, 1));
    });

    test.each(cases)("so is the gradient of its gradient, case %$", async (check) => {
      for (const input of Object.keys(check.inputs)) {
        const error = await gradientError({ ...check, build: gradientOfSquare(check.build, input) });
        expect(error).toBeLessThan(toleranceOf(check, 2));
      }
    });
  });
}

/** The gradients of Σ f with respect to float32 inputs, lists of one length, at the given values; −0 counts as 0. */
export async function gradientsAt(
  build: (graph: GraphBuilder) => string,
  values: Readonly<Record<string, readonly number[]>>,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const graph = graphBuilder();
  const names = Object.keys(values);
  for (const [name, { length }] of Object.entries(values)) {
    graph.input({ name, dataType: "float32", shape: [length] });
  }
  const output = graph.add("ReduceSum", [build(graph)], { keepdims: int(0) });
  const gradients = appendGradients(graph, { output, withRespectTo: names });
  const derived = graph.build("derived", [...new Set(gradients.values())]);
  const session = await InferenceSession.create(writeModel(standardModel(derived)), { intraOpNumThreads: 1 });
  const results = await session.run(
    Object.fromEntries(
      Object.entries(values).map(([name, list]) => [name, new Tensor("float32", list, [list.length])]),
    ),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      Array.from(results[gradients.get(name) ?? ""]?.data ?? [], Number).map((number) => number + 0),
    ]),
  );
}
