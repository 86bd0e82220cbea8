import { layoutLength, rootKey } from "@potluck/core";
import { layoutOfModel, type Model } from "@potluck/engine";
import { expect, test } from "vitest";
import { cnn, type CnnOptions } from "./cnn.ts";
import { sampleExamples } from "./sample-examples.ts";

const key = rootKey(1);
const small = { filters: [2, 3], kernel: 3, hidden: [5] };

function built(options: CnnOptions, shape: readonly number[], classes = 4): Promise<Model> {
  return cnn(options).build({ examples: sampleExamples(shape, classes), key });
}

test("each block keeps the size of the image and halves it; dense layers lead on to the classes", async () => {
  const model = await built(small, [3, 8, 9]);
  // 8 x 9 is pooled to 4 x 4 and to 2 x 2, of which there are 3: 12 values.
  expect(layoutOfModel(model).map(({ name, shape }) => [name, shape])).toEqual([
    ["conv1.weight", [2, 3, 3, 3]],
    ["conv1.bias", [2]],
    ["conv2.weight", [3, 2, 3, 3]],
    ["conv2.bias", [3]],
    ["dense1.weight", [5, 12]],
    ["dense1.bias", [5]],
    ["dense2.weight", [4, 5]],
    ["dense2.bias", [4]],
  ]);
  expect(model.graph.inputs.map(({ shape }) => shape)).toEqual([["batch", 3, 8, 9]]);
  expect(model.graph.outputs.map(({ shape }) => shape)).toEqual([["batch", 4]]);
});

test("the default is the network of the paper: 1,663,370 parameters on MNIST", async () => {
  const model = await built({}, [1, 28, 28], 10);
  // (25 · 32 + 32) + (25 · 32 · 64 + 64) + (7 · 7 · 64 · 512 + 512) + (512 · 10 + 10)
  expect(layoutLength(layoutOfModel(model))).toBe(832 + 51_264 + 1_606_144 + 5130);
});

test("without filters and hidden layers it is softmax regression", async () => {
  expect(layoutLength(layoutOfModel(await built({ filters: [], hidden: [] }, [1, 2, 2])))).toBe(4 * 4 + 4);
});

test("examples that are not images are refused with their shape", async () => {
  await expect(built(small, [784])).rejects.toThrow(
    expect.objectContaining({
      code: "option-invalid",
      message: 'layer "conv1" cannot take [batch, 784]',
      remedy: "Give the model an input of shape [channels, height, width].",
    }),
  );
});

test("images too small for so many poolings are refused", async () => {
  const refused = built(small, [1, 3, 3]);
  await expect(refused).rejects.toThrow(expect.objectContaining({ code: "option-invalid" }));
  await expect(refused).rejects.toThrow('layer "pool2": a window of 2 × 2 does not fit into 1 × 1 cells');
});

test.each<[keyof CnnOptions, CnnOptions]>([
  ["filters", { filters: [1e9] }],
  ["filters", { filters: [0] }],
  ["kernel", { kernel: 1e9 }],
  ["kernel", { kernel: 2.5 }],
  ["hidden", { hidden: [1e9] }],
])("%s out of range are refused when it is made", (option, options) => {
  expect(() => cnn(options)).toThrow(expect.objectContaining({ code: "option-invalid" }));
  expect(() => cnn(options)).toThrow(new RegExp(`model "cnn": ${option} must be .* ≤ 268435456, got`));
});

test("options that make too many parameters together are refused, with the count, when it is built", async () => {
  // (9 · 2 + 2) + (9 · 2 · 3 + 3) + (12 · 10⁸ + 10⁸) + (10⁸ · 4 + 4)
  await expect(built({ ...small, hidden: [1e8] }, [1, 8, 8])).rejects.toThrow(
    expect.objectContaining({
      code: "option-invalid",
      message:
        "with filters [2, 3], kernel 3 and hidden [100000000] a model for examples of [1, 8, 8] would have " +
        "1700000081 parameters, and 268435456 is the most",
    }),
  );
});
