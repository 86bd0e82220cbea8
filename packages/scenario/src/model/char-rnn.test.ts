import { layoutLength, rootKey } from "@potluck/core";
import { layoutOfModel } from "@potluck/engine";
import { expect, test } from "vitest";
import { charRnn } from "./char-rnn.ts";
import { sampleExamples } from "./sample-examples.ts";

const key = rootKey(1);
const text = { ...sampleExamples([5], 7), scale: 1 };

test("the default is the network of the papers: 8 values for each character, twice 256 units", async () => {
  const model = await charRnn().build({ examples: { ...sampleExamples([3], 80), scale: 1 }, key });
  // Embedding, 4 gates of (8 + 256 + 2) and of (256 + 256 + 2) inputs each, and scores.
  const [gates, units] = [4, 256];
  const expected = 80 * 8 + gates * units * (8 + units + 2) + gates * units * (2 * units + 2) + 80 * (units + 1);
  expect(layoutLength(layoutOfModel(model))).toBe(expected);
});

test("a window of characters gives one score for each character", async () => {
  const model = await charRnn({ cell: "gru", units: 6, layers: 1 }).build({ examples: text, key });
  expect(model.graph.inputs.map(({ dataType, shape }) => [dataType, shape])).toEqual([["int64", ["batch", 5]]]);
  expect(model.graph.outputs.map(({ shape }) => shape)).toEqual([["batch", 7]]);
});

test("examples that are no windows of characters are refused", async () => {
  await expect(charRnn().build({ examples: sampleExamples([1, 8, 8], 4), key })).rejects.toThrow(
    'model "char-rnn" takes windows of characters, and its examples have the shape [1, 8, 8]',
  );
});
