import { describe, expect, test } from "vitest";
import type { GraphNode, Origin, TensorData } from "../graph/graph.ts";
import { nodeOf } from "../import/check-rewrite.ts";
import { computedFrom, exportedModel, numbered, own } from "../import/exported-sample.ts";
import { moduleTensorsOf } from "./module-tensors.ts";

/** What `name` holds of the module: names, shapes, and the first three places. */
function heldBy(name: string, tensor: TensorData, origin: Origin | null, ...nodes: readonly GraphNode[]): unknown {
  const origins = { other: own("parameter", "other"), ...(origin === null ? {} : { [name]: origin }) };
  const model = exportedModel({ nodes, initializers: { [name]: tensor }, origins });
  return moduleTensorsOf(model, name)?.map((one) => [one.name, one.shape, [...one.places.subarray(0, 3)]]) ?? null;
}

const product = (name: string): GraphNode => nodeOf("MatMul", ["x", name], ["y"]);

describe("what only lies in another order is given back", () => {
  test("the weight of a linear layer, transposed", () => {
    const matrix = numbered(4, 3);
    const held = [["head.weight", [3, 4], [0, 3, 6]]];
    expect(heldBy("val_8", matrix, computedFrom(["head.weight"]), product("val_8"))).toEqual(held);
    expect(heldBy("permute_1", matrix, computedFrom(["head.weight"]), product("permute_1"))).toEqual(held);
  });

  test("γ and β of a group norm", () => {
    const nodes = (name: string): readonly GraphNode[] => [
      nodeOf("InstanceNormalization", ["x", "one", "zero"], ["normal"]),
      nodeOf("Reshape", ["normal", "shape"], ["normalised"]),
      nodeOf("Mul", ["normalised", name === "val_2" ? name : "scale"], ["scaled"]),
      nodeOf("Add", ["scaled", name === "val_3" ? name : "shift"], ["y"]),
    ];
    for (const name of ["val_2", "val_3"]) {
      const origin = computedFrom(["norm.weight"], ["val_1"]);
      expect(heldBy(name, numbered(3, 1, 1), origin, ...nodes(name))).toEqual([["norm.weight", [3], [0, 1, 2]]]);
    }
  });

  test("the slopes of a rectifier", () => {
    const node = nodeOf("PRelu", ["x", "val_2"], ["y"]);
    const held = [["slope.weight", [3], [0, 1, 2]]];
    expect(heldBy("val_2", numbered(1, 3, 1, 1), computedFrom(["slope.weight"], ["val_1"]), node)).toEqual(held);
  });

  test("both directions of a recurrent layer, whose gates have another order", () => {
    const node = nodeOf("GRU", ["x", "val_2", "recurrence"], ["y"]);
    const origin = computedFrom(["l.weight_ih_l0", "l.weight_ih_l0_reverse"], ["val_1", "zeros"]);
    // two directions of three gates of one row: PyTorch's first gate is the second of ONNX
    expect(heldBy("val_2", numbered(2, 3, 2), origin, node)).toEqual([
      ["l.weight_ih_l0", [3, 2], [2, 3, 0]],
      ["l.weight_ih_l0_reverse", [3, 2], [8, 9, 6]],
    ]);
  });
});

describe("no name is given to", () => {
  const matrix = numbered(4, 3);
  const sum = (name: string): GraphNode => nodeOf("Add", ["x", name], ["y"]);
  const layer = (name: string): GraphNode => nodeOf("GRU", ["x", name, "recurrence"], ["y"]);
  const literal: Origin = { kind: "constant", from: [], through: ["val_1"] };
  test.each<[string, Parameters<typeof heldBy>]>([
    ["the exponential of a parameter", ["exp", matrix, computedFrom(["temp"]), product("exp")]],
    ["what was multiplied on the way", ["val_3", matrix, computedFrom(["w"], ["mul"]), product("val_3")]],
    ["a copy, which is not transposed", ["clone", matrix, computedFrom(["w"]), product("clone")]],
    ["a product with a number", ["val_3", matrix, computedFrom(["w"], ["val_1"]), product("val_3")]],
    ["what is read otherwise, too", ["val_3", matrix, computedFrom(["w"]), product("val_3"), sum("val_3")]],
    ["some rows of a table", ["embedding", matrix, computedFrom(["table.weight"], ["arange"]), sum("embedding")]],
    ["a weight made of two", ["mul", matrix, computedFrom(["l.weight_g", "l.weight_v"], ["div"]), product("mul")]],
    ["twice a parameter of channels", ["val_3", numbered(3, 1, 1), computedFrom(["shift"], ["val_1"]), sum("val_3")]],
    [
      "scaled weights of a layer",
      ["val_3", numbered(1, 3, 2), computedFrom(["l.weight_ih_l0"], ["mul"]), layer("val_3")],
    ],
    ["some of a layer's weights", ["val_3", numbered(2, 3, 2), computedFrom(["l.weight_ih_l0"]), layer("val_3")]],
    ["a weight with batch normalisation folded in", ["fc.weight", matrix, null, product("fc.weight")]],
    ["a literal", ["full", matrix, literal, product("full")]],
    ["a buffer that is not part of the state", ["mask", matrix, own("transient", "mask"), product("mask")]],
  ])("%s", (_, given) => {
    expect(heldBy(...given)).toBeNull();
  });
});
