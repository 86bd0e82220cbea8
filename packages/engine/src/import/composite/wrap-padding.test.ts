import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import type { TensorData } from "../../graph/graph.ts";
import { int64List } from "../../graph/tensors.ts";
import { appended, importError, nodeOf, normalSample, type Parts } from "../check-rewrite.ts";

const wrap = { mode: { kind: "string", value: "wrap" } } as const;

function padding(pads: readonly number[], axes?: readonly number[]): Parts {
  const initializers: Record<string, TensorData> = { pads: int64List(pads) };
  if (axes !== undefined) initializers["axes"] = int64List(axes);
  const inputs = ["x", "pads", ...(axes === undefined ? [] : ["", "axes"])];
  return {
    operatorSet: 19,
    inputs: { x: normalSample("x", [2, 4, 3]) },
    shapes: { x: ["batch", 4, 3] },
    initializers,
    nodes: [nodeOf("Pad", inputs, ["y"], wrap)],
    outputs: ["y"],
  };
}

describe("padding that goes round", () => {
  test.each([
    ["on both sides of two axes", padding([0, 1, 2, 0, 3, 1])],
    ["on one side, by all entries there are", padding([0, 4, 0, 0, 0, 3])],
    ["along axes that are named", padding([2, 1, 0, 3], [-1, 1])],
    ["nowhere", padding([0, 0, 0, 0, 0, 0])],
  ])("%s is what ONNX Runtime does", async (_, parts) => {
    expect(await importError(parts)).toBe(0);
  });

  test("its gradient is what central differences say", async () => {
    const error = await gradientError({
      inputs: { x: [2, 4] },
      build: (graph) => {
        const pads = graph.constant(int64List([0, 3, 1, 2]));
        const padded = appended(graph, nodeOf("Pad", ["x", pads], ["y"], wrap))[0] ?? "";
        return graph.add("Mul", [padded, padded]);
      },
    });
    expect(error).toBeLessThan(1e-8);
  });

  test("margins that are longer than their axis are refused, with both lengths", async () => {
    await expect(importError(padding([0, 0, 4, 0, 0, 0]))).rejects.toThrow(
      'margins of 4 and 0 for 3 entries cannot be made by "wrap"',
    );
  });
});
