import { layoutLength, rootKey } from "@potluck/core";
import { initialParams, layoutOfModel, type Model } from "@potluck/engine";
import { expect, test } from "vitest";
import { mlp } from "./mlp.ts";
import { sampleExamples } from "./sample-examples.ts";

const key = rootKey(1);

function built(hidden: readonly number[], shape: readonly number[], classes: number): Promise<Model> {
  return mlp({ hidden }).build({ examples: sampleExamples(shape, classes), key });
}

test("layers lead from the flattened example over the hidden units to the classes", async () => {
  const model = await built([5, 4], [2, 3], 7);
  expect(layoutOfModel(model).map(({ name, shape }) => [name, shape])).toEqual([
    ["dense1.weight", [5, 6]],
    ["dense1.bias", [5]],
    ["dense2.weight", [4, 5]],
    ["dense2.bias", [4]],
    ["dense3.weight", [7, 4]],
    ["dense3.bias", [7]],
  ]);
  expect(model.graph.inputs.map(({ shape }) => shape)).toEqual([["batch", 2, 3]]);
  expect(model.graph.outputs.map(({ shape }) => shape)).toEqual([["batch", 7]]);
});

test("the default is the network of the paper: 199,210 parameters on MNIST", async () => {
  const model = await mlp().build({ examples: sampleExamples([1, 28, 28], 10), key });
  // (784 · 200 + 200) + (200 · 200 + 200) + (200 · 10 + 10)
  expect(layoutLength(layoutOfModel(model))).toBe(157_000 + 40_200 + 2010);
});

test("without hidden layers it is softmax regression", async () => {
  const model = await built([], [4], 3);
  expect(layoutLength(layoutOfModel(model))).toBe(4 * 3 + 3);
  expect(model.graph.nodes.map(({ operator }) => operator)).toEqual(["Flatten", "Gemm"]);
});

test("the key decides the first parameters", async () => {
  const params = async (seed: number): Promise<Float32Array> =>
    initialParams(await mlp({ hidden: [3] }).build({ examples: sampleExamples([4], 2), key: rootKey(seed) }));
  expect(await params(1)).toEqual(await params(1));
  expect(await params(1)).not.toEqual(await params(2));
});

test.each([[[0]], [[1.5]], [[200, -1]], [[1e9]], [[Number.NaN]]])(
  "hidden units %o are refused when it is made",
  (hidden) => {
    expect(() => mlp({ hidden })).toThrow(expect.objectContaining({ code: "option-invalid" }));
    expect(() => mlp({ hidden })).toThrow(
      'model "mlp": hidden must be a list of whole numbers ≥ 1 and ≤ 268435456, got',
    );
  },
);

test("hidden units that make too many parameters together are refused, with the count, when it is built", async () => {
  // (784 · 10⁶ + 10⁶) + (10⁶ · 10 + 10)
  await expect(built([1e6], [28, 28], 10)).rejects.toThrow(
    expect.objectContaining({
      code: "option-invalid",
      message:
        "with hidden [1000000] a model for examples of [28, 28] would have 795000010 parameters, and 268435456 is the most",
    }),
  );
});
