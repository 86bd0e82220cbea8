import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { singleOnly } from "../../differentiate/operator-checks.ts";
import { type Attributes, float } from "../../graph/attributes.ts";
import { appended, importError, modelOf, nodeOf, normalSample } from "../check-rewrite.ts";
import { expanded } from "../rewrite.ts";

const tanh: Attributes = { approximate: { kind: "string", value: "tanh" } };
const uses: readonly (readonly [string, string, Attributes, number])[] = [
  ["Gelu", "Gelu", {}, 20],
  ["Gelu by tanh", "Gelu", tanh, 20],
  ["Swish", "Swish", {}, 24],
  ["Swish with another slope", "Swish", { alpha: float(1.7) }, 24],
];

describe("activations that gate their input", () => {
  test.each(uses)("%s gives what ONNX Runtime gives", async (_, operator, attributes, operatorSet) => {
    const inputs = { x: normalSample("x", [4, 50]) };
    const nodes = [nodeOf(operator, ["x"], ["y"], attributes)];
    expect(
      await importError({ operatorSet, inputs, shapes: { x: ["batch", 50] }, nodes, outputs: ["y"] }),
    ).toBeLessThan(1e-6);
  });

  test.each(uses)("%s has the gradient that central differences give", async (_, operator, attributes) => {
    const node = nodeOf(operator, ["x"], ["y"], attributes);
    const build = (graph: Parameters<typeof appended>[0]): string => appended(graph, node)[0] ?? "";
    // ONNX Runtime has these in float32 only: h² times the third derivative, and rounding, each about 1e-4.
    const check = { inputs: { x: [2, 5] }, build, ...singleOnly };
    expect(await gradientError(check)).toBeLessThan(5e-4);
  });

  test("an approximation of another name is refused", () => {
    const attributes: Attributes = { approximate: { kind: "string", value: "quick" } };
    const nodes = [nodeOf("Gelu", ["x"], ["y"], attributes)];
    const model = modelOf({ operatorSet: 20, inputs: { x: normalSample("x", [2]) }, nodes, outputs: ["y"] });
    expect(() => expanded(model)).toThrow('node "y" (Gelu): the approximation "quick" is neither');
  });
});
