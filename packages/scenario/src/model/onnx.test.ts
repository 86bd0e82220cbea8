import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layoutLength, rootKey } from "@potluck/core";
import {
  createPool,
  initialParams,
  layoutOfModel,
  mlp,
  type Model,
  type TrainingPool,
  writeModel,
} from "@potluck/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onnx } from "./onnx.ts";
import { sampleDataset, sampleExamples } from "./sample-examples.ts";

const key = rootKey(1);
const original = mlp({ inputs: 6, hidden: [5], classes: 3, key: rootKey(2) });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-onnx-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A file with these bytes. */
async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, "model.onnx");
  await writeFile(path, bytes);
  return path;
}

function built(path: string): Promise<Model> {
  return onnx({ path }).build({ examples: sampleExamples([6], 3), key });
}

test("the model is that of the file, with its stored parameters, whatever the key", async () => {
  const model = await built(await fileOf(writeModel(original)));
  expect(initialParams(model)).toEqual(initialParams(original));
  expect(layoutLength(layoutOfModel(model))).toBe(6 * 5 + 5 + (5 * 3 + 3));
  expect(model.graph.outputs.map(({ shape }) => shape)).toEqual([["batch", 3]]);
});

test("a file that does not exist is missing, and the message says which", async () => {
  const path = join(folder, "none.onnx");
  await expect(built(path)).rejects.toThrow(expect.objectContaining({ code: "file-missing" }));
  await expect(built(path)).rejects.toThrow(`the model "${path}" does not exist`);
});

test("a folder in place of a file is refused", async () => {
  await expect(built(folder)).rejects.toThrow(expect.objectContaining({ code: "file-missing" }));
});

test("a file that is something else, and one that was cut off, are no models", async () => {
  const something = await fileOf(new TextEncoder().encode("PK: a zip archive, say"));
  await expect(built(something)).rejects.toThrow(expect.objectContaining({ code: "model-invalid" }));
  const whole = writeModel(original);
  const cut = await fileOf(whole.subarray(0, whole.length / 2));
  await expect(built(cut)).rejects.toThrow(expect.objectContaining({ code: "model-invalid" }));
});

test("a path has to be given", () => {
  expect(() => onnx.parse({})).toThrow('model "onnx" needs the option "path"');
});

describe("with data that it does not fit", () => {
  async function pool(shape: readonly number[], classes: number): Promise<TrainingPool> {
    const path = await fileOf(writeModel(original));
    const dataset = sampleDataset(shape, classes);
    const model = await onnx({ path }).build({ examples: dataset.train, key });
    return createPool({ workers: 1, model: writeModel(model), dataset });
  }

  test.each([
    ["examples of another size", [7], 3, "examples have the shape [7], the model takes [6]"],
    ["more classes than scores", [6], 4, "the dataset has 4 classes, the model tells 3 apart"],
  ])("%s are refused before a worker starts", async (_, shape, classes, message) => {
    await expect(pool(shape, classes)).rejects.toThrow(expect.objectContaining({ code: "data-invalid", message }));
  });

  test("examples of as many values in another shape, and fewer classes, are fine", async () => {
    const open = await pool([2, 3], 2);
    const params = initialParams(original);
    expect((await open.evaluate({ params, split: "test" })).examples).toBe(2);
    await open.close();
  });
});
