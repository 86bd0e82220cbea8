import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { singleOnly } from "../../differentiate/operator-checks.ts";
import { type Attributes, float, int, ints } from "../../graph/attributes.ts";
import { appended, importError, modelOf, nodeOf, normalSample, type Samples } from "../check-rewrite.ts";
import { expanded } from "../rewrite.ts";

const TOLERANCE = 2e-6;

/** A use of an operator on x and further inputs, all of them normal numbers. */
interface Use {
  readonly operator: string;
  readonly operatorSet: number;
  /** The shape of each input. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attributes?: Attributes;
}

const uses: Readonly<Record<string, Use>> = {
  "group normalisation of images": {
    operator: "GroupNormalization",
    operatorSet: 21,
    inputs: { x: [2, 6, 3, 3], scale: [6], bias: [6] },
    attributes: { num_groups: int(3), epsilon: float(1e-3) },
  },
  "group normalisation of vectors": {
    operator: "GroupNormalization",
    operatorSet: 22,
    inputs: { x: [3, 8], scale: [8], bias: [8] },
    attributes: { num_groups: int(2) },
  },
  "group normalisation with a scale for each group": {
    operator: "GroupNormalization",
    operatorSet: 18,
    inputs: { x: [2, 6, 3, 3], scale: [3], bias: [3] },
    attributes: { num_groups: int(3) },
  },
  "group normalisation with as many groups as channels": {
    operator: "GroupNormalization",
    operatorSet: 21,
    inputs: { x: [2, 4, 5], scale: [4], bias: [4] },
    attributes: { num_groups: int(4) },
  },
  "root-mean-square normalisation": {
    operator: "RMSNormalization",
    operatorSet: 23,
    inputs: { x: [2, 3, 8], scale: [8] },
  },
  "root-mean-square normalisation over two axes": {
    operator: "RMSNormalization",
    operatorSet: 24,
    inputs: { x: [2, 3, 8], scale: [3, 8] },
    attributes: { axis: int(1), epsilon: float(0.1) },
  },
  "mean-variance normalisation": {
    operator: "MeanVarianceNormalization",
    operatorSet: 18,
    inputs: { x: [2, 3, 4, 2] },
  },
  "mean-variance normalisation over other axes": {
    operator: "MeanVarianceNormalization",
    operatorSet: 13,
    inputs: { x: [2, 3, 4, 2] },
    attributes: { axes: ints([1, -1]) },
  },
};

describe("normalisations", () => {
  test.each(Object.entries(uses))("%s gives what ONNX Runtime gives", async (_, use) => {
    const { operator, operatorSet, attributes = {} } = use;
    const inputs: Samples = Object.fromEntries(
      Object.entries(use.inputs).map(([name, shape]) => [name, normalSample(name, shape)]),
    );
    const [, ...rest] = use.inputs["x"] ?? [];
    const nodes = [nodeOf(operator, Object.keys(inputs), ["y"], attributes)];
    const parts = { operatorSet, inputs, shapes: { x: ["batch", ...rest] }, nodes, outputs: ["y"] };
    expect(await importError(parts)).toBeLessThan(TOLERANCE);
  });

  test.each(Object.entries(uses))("%s has the gradient that central differences give", async (_, use) => {
    const { operator, inputs, attributes = {} } = use;
    const node = nodeOf(operator, Object.keys(inputs), ["y"], attributes);
    // Instance normalisation is in float32 only: h² times the third derivative, and rounding, each about 1e-4.
    const [precision, tolerance] = operator === "GroupNormalization" ? [singleOnly, 5e-4] : [{}, 1e-7];
    const error = await gradientError({ inputs, build: (graph) => appended(graph, node)[0] ?? "", ...precision });
    expect(error).toBeLessThan(tolerance);
  });

  test("groups that are not equal are refused", () => {
    const inputs = { x: normalSample("x", [2, 4, 3]), s: normalSample("s", [4]), b: normalSample("b", [4]) };
    const nodes = [nodeOf("GroupNormalization", ["x", "s", "b"], ["y"], { num_groups: int(3) })];
    const model = modelOf({ operatorSet: 21, inputs, nodes, outputs: ["y"] });
    expect(() => expanded(model)).toThrow('node "y" (GroupNormalization): 4 channels do not make 3 equal groups');
  });
});
