import { describe, expect, test } from "vitest";
import { type Attributes, int, ints } from "../graph/attributes.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { type NodeCost, nodeCosts } from "./node-costs.ts";

/** The cost of one node on float32 inputs of these shapes. */
function costOfNode(operator: string, shapes: readonly (readonly number[])[], attributes: Attributes = {}): NodeCost {
  const graph = graphBuilder();
  const inputs = shapes.map((shape, at) => graph.input({ name: `input${at}`, dataType: "float32", shape }));
  const output = graph.add(operator, inputs, attributes);
  const [cost] = nodeCosts(graph.build("node", [output]));
  if (cost === undefined) throw new Error("no node");
  return cost;
}

describe("runs", () => {
  test.each<[string, number, ...Parameters<typeof costOfNode>]>([
    ["tensors of one shape are one run", 1, "Add", [[4, 5, 6], [4, 5, 6]], {}], // prettier-ignore
    ["so is a tensor and a number", 1, "Add", [[4, 5, 6], []], {}],
    ["a row is added in as many runs as there are rows", 20, "Add", [[4, 5, 6], [6]], {}], // prettier-ignore
    ["a column is added in as many runs as it has numbers", 20, "Add", [[20, 6], [20, 1]], {}], // prettier-ignore
    ["a number for each channel takes a run for each channel of each image", 6, "Mul", [[2, 3, 4, 4], [3, 1, 1]], {}], // prettier-ignore
    ["sizes of 1 break no run", 1, "Add", [[4, 1, 6], [4, 1, 6]], {}], // prettier-ignore
    ["a matrix product is one", 1, "MatMul", [[4, 5], [5, 6]], {}], // prettier-ignore
    ["a product for each entry of a batch is one each", 6, "MatMul", [[2, 3, 4, 5], [5, 6]], {}], // prettier-ignore
    ["a softmax takes one for each row", 20, "Softmax", [[4, 5, 6]], {}],
    ["rows that change places move as a whole", 20, "Transpose", [[4, 5, 6]], { perm: ints([1, 0, 2]) }],
    ["one axis that moves to the end takes none", 0, "Transpose", [[4, 5, 6]], { perm: ints([1, 2, 0]) }],
    ["elements that move one by one take a quarter each", 30, "Transpose", [[4, 5, 6]], { perm: ints([2, 1, 0]) }],
    ["a convolution takes one for each group of each image", 6, "Conv", [[2, 6, 8, 8], [6, 2, 3, 3]], { group: int(3) }], // prettier-ignore
  ])("%s", (_, runs, ...node) => {
    expect(costOfNode(...node).runs).toBe(runs);
  });
});

describe("bytes", () => {
  test("what broadcasts is read in its own size", () => {
    expect(costOfNode("Add", [[4, 5], [5]])).toMatchObject({ bytesRead: 100, bytesWritten: 80 }); // prettier-ignore
  });

  test("the same numbers in another shape are not moved", () => {
    expect(costOfNode("Flatten", [[4, 5, 6]])).toMatchObject({
      kind: "alias",
      flops: 0,
      bytesRead: 0,
      bytesWritten: 0,
    });
  });

  test("a convolution copies each window: 9 elements of 2 channels at 6 by 6 places of 3 images", () => {
    const { kind, windowBytes } = costOfNode("Conv", [[3, 2, 8, 8], [5, 2, 3, 3]]); // prettier-ignore
    expect([kind, windowBytes]).toEqual(["convolution", 4 * 9 * 2 * 36 * 3]);
  });

  test("a convolution over three axes is another kind of work", () => {
    expect(costOfNode("Conv", [[1, 2, 4, 4, 4], [3, 2, 2, 2, 2]]).kind).toBe("wide-convolution"); // prettier-ignore
  });
});
