import { type Examples, rootKey } from "@potluck/core";
import { layoutOfModel, type Model } from "@potluck/engine";
import { expect, test } from "vitest";
import { charRnn, cnn, linear, mlp } from "./index.ts";
import type { ModelSource } from "./model-source.ts";
import { sampleExamples } from "./sample-examples.ts";

const key = rootKey(1);

/** An example of this shape with `outputs` numbers to predict. */
function numbers(shape: readonly number[], outputs: number): Examples {
  const targets = { values: new Float32Array(outputs), shape: [outputs] };
  return { ...sampleExamples(shape, 1), labels: new Uint8Array(0), classes: 0, targets };
}

const shapes = (model: Model): readonly unknown[] => layoutOfModel(model).map(({ name, shape }) => [name, shape]);

test("it has a weight for each feature, and a constant unless there is none", async () => {
  expect(shapes(await linear().build({ examples: numbers([2, 3], 1), key }))).toEqual([
    ["dense1.weight", [1, 6]],
    ["dense1.bias", [1]],
  ]);
  const plain = linear({ intercept: "none" });
  expect(shapes(await plain.build({ examples: numbers([6], 1), key }))).toEqual([["dense1.weight", [1, 6]]]);
});

test("for classes it has a score for each", async () => {
  const model = await linear().build({ examples: sampleExamples([4], 3), key });
  expect(model.graph.outputs.map(({ shape }) => shape)).toEqual([["batch", 3]]);
});

test.each<[string, ModelSource, Examples]>([
  ["linear", linear(), numbers([5], 2)],
  ["mlp", mlp({ hidden: [3] }), numbers([5], 2)],
  ["cnn", cnn({ filters: [2], hidden: [3] }), numbers([1, 4, 4], 2)],
])("the model %s has an output for each number to predict", async (_, source, examples) => {
  const model = await source.build({ examples, key });
  expect(model.graph.outputs.map(({ shape }) => shape)).toEqual([["batch", 2]]);
});

test("a network for characters refuses examples with numbers to predict", async () => {
  await expect(charRnn().build({ examples: numbers([5], 1), key })).rejects.toThrow(
    "its examples have the shape [5] and the scale 1 and come with numbers to predict",
  );
});
