import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { int } from "../../graph/attributes.ts";
import type { GraphNode, TensorData } from "../../graph/graph.ts";
import { int64List, scalarTensor } from "../../graph/tensors.ts";
import { importError, modelOf, nodeOf, normalSample, type Parts } from "../check-rewrite.ts";
import { expanded } from "../rewrite.ts";
import { compositeOf } from "./registry.ts";

const initializers: Readonly<Record<string, TensorData>> = {
  first: scalarTensor("int64", 0),
  second: scalarTensor("int64", 1),
  last: scalarTensor("int64", -1),
  beyond: scalarTensor("int64", 9),
  sizes: int64List([1, 4, 2]),
  three: scalarTensor("int64", 3),
};

function parts(nodes: readonly GraphNode[], outputs: readonly string[], further: Partial<Parts> = {}): Parts {
  const inputs = { x: normalSample("x", [2, 7, 3]) };
  return { operatorSet: 20, inputs, shapes: { x: ["batch", 7, 3] }, initializers, nodes, outputs, ...further };
}

const at = (place: string, output: string): GraphNode => nodeOf("SequenceAt", ["parts", place], [output]);
const toParts = (inputs: readonly string[], axis: number): GraphNode =>
  nodeOf("SplitToSequence", inputs, ["parts"], { axis: int(axis) });

const uses: Readonly<Record<string, Parts>> = {
  "parts of given sizes": parts(
    [toParts(["x", "sizes"], 1), at("first", "a"), at("second", "b"), at("last", "c")],
    ["a", "b", "c"],
  ),
  "parts of one size, the last being smaller": parts(
    [toParts(["x", "three"], -2), at("first", "a"), at("last", "c")],
    ["a", "c"],
  ),
  "single entries": parts([toParts(["x"], 2), at("second", "b")], ["b"]),
  "single entries without their axis": parts(
    [nodeOf("SplitToSequence", ["x"], ["parts"], { axis: int(2), keepdims: int(0) }), at("second", "b")],
    ["b"],
  ),
  "parts that are joined again": parts(
    [toParts(["x", "three"], 1), nodeOf("ConcatFromSequence", ["parts"], ["y"], { axis: int(1) })],
    ["y"],
  ),
  "values that are stacked": parts(
    [
      nodeOf("Neg", ["x"], ["n"]),
      nodeOf("SequenceConstruct", ["x", "n"], ["parts"]),
      nodeOf("ConcatFromSequence", ["parts"], ["y"], { axis: int(-1), new_axis: int(1) }),
    ],
    ["y"],
  ),
  "the number of parts": parts([toParts(["x", "three"], 1), nodeOf("SequenceLength", ["parts"], ["y"])], ["y"], {
    outputTypes: { y: "int64" },
  }),
};

describe("sequences that are known when the model is imported", () => {
  test.each(Object.entries(uses))("%s", async (_, use) => {
    expect(await importError(use)).toBe(0);
  });

  test("a gradient flows back through the parts", async () => {
    const sequences = new Map<string, readonly string[]>();
    const error = await gradientError({
      inputs: { x: [2, 5] },
      build: (graph) => {
        const sizes = graph.constant(int64List([2, 3]));
        const place = graph.constant(scalarTensor("int64", 1));
        compositeOf("SplitToSequence")?.expand({ graph, node: toParts(["x", sizes], 1), sequences });
        return compositeOf("SequenceAt")?.expand({ graph, node: at(place, "y"), sequences })[0] ?? "";
      },
    });
    expect(error).toBeLessThan(1e-8);
  });

  test("a place beyond the end is refused", () => {
    const model = modelOf(parts([toParts(["x", "three"], 1), at("beyond", "y")], ["y"]));
    expect(() => expanded(model)).toThrow('node "y" (SequenceAt): there is no place 9 in a sequence of 3');
  });

  test("a sequence that nothing here makes is refused", () => {
    const model = modelOf(parts([nodeOf("ConcatFromSequence", ["x"], ["y"], { axis: int(0) })], ["y"]));
    expect(() => expanded(model)).toThrow('reads the sequence "x", which is not known before the graph runs');
  });

  test("a sequence where a tensor should be is refused", () => {
    const model = modelOf(parts([toParts(["x"], 1), nodeOf("Identity", ["parts"], ["y"])], ["y"]));
    expect(() => expanded(model)).toThrow('node "y" (Identity): its input "parts" is a sequence of tensors');
  });

  test("a sequence as an output of the model is refused", () => {
    const model = modelOf(parts([toParts(["x"], 1)], ["parts"]));
    expect(() => expanded(model)).toThrow('the output "parts" is a sequence of tensors');
  });
});
