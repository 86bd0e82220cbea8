import { join } from "node:path";
import { type Layout, tensorOf } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { initialParams, layoutOfModel } from "../training/parameters.ts";
import { readModelFile } from "./model-file.ts";
import { paramsFromStateDict, stateDict } from "./state-dict.ts";

const fixture = (file: string) => readModelFile(join(import.meta.dirname, "../../fixtures", file));

/** The tensors by name: their shapes and values. */
function tensors({ layout, values }: { layout: Layout; values: Float32Array }): ReadonlyMap<string, unknown> {
  return new Map(
    layout
      .map((slot) => [slot.name, [slot.shape, [...tensorOf(values, slot)]]] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe("the tensors of a module are the same, whatever the optimiser of the exporter made of them", () => {
  test.each([
    ["weights of linear layers, transposed", "gpt.onnx", "gpt.unoptimized.onnx"],
    ["gates of an LSTM", "char-lstm.onnx", "char-lstm.unoptimized.onnx"],
    ["gates of a GRU", "char-gru.onnx", "char-gru.legacy.onnx"],
    ["group norms with more dimensions", "resnet-20-group-norm.onnx", "resnet-20-group-norm.opset-21.onnx"],
  ])("%s", (_, optimised, plain) => {
    const [first, second] = [fixture(optimised), fixture(plain)].map((model) =>
      tensors(stateDict(model, initialParams(model))),
    );
    expect(first).toEqual(second);
  });
});

test("there and back again is the same", () => {
  for (const file of ["gpt.onnx", "char-lstm.onnx", "vit-tiny.onnx", "mobilenet-v2.legacy.onnx"]) {
    const model = fixture(file);
    const params = initialParams(model).map((_, at) => at);
    expect(paramsFromStateDict(model, stateDict(model, params))).toEqual(params);
  }
});

test("without notes of the exporter, tensors keep their names and shapes", () => {
  const model = fixture("fedavg-cnn.legacy.onnx");
  expect(stateDict(model, initialParams(model)).layout).toEqual(layoutOfModel(model));
});

test("too few parameters are refused", () => {
  expect(() => stateDict(fixture("mlp.onnx"), new Float32Array(3))).toThrow(
    expect.objectContaining({ code: "data-invalid" }),
  );
});

test("a module that lacks a tensor is refused by its name", () => {
  const model = fixture("gpt.onnx");
  const { layout, values } = stateDict(model, initialParams(model));
  const without = layout.filter(({ name }) => name !== "blocks.0.attention.weight");
  expect(() => paramsFromStateDict(model, { layout: without, values })).toThrow('"blocks.0.attention.weight"');
});
