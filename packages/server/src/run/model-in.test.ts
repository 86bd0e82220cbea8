import { layoutOf } from "@potluck/core";
import { expect, test } from "vitest";
import { modelIn } from "./model-in.ts";

const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)];
const layout = layoutOf([{ name: "w", shape: [2] }]);
const one = { versions: 3, model: first, layout, params: Float32Array.of(1, 2) };
const several = { ...one, modelFiles: [first, second] };

test("a run of one model gives it as a file of either kind, by no number or 0", () => {
  expect(modelIn(one, { format: "onnx", number: null })).toBe(first);
  expect(modelIn(one, { format: "onnx", number: 0 })).toBe(first);
  expect(modelIn(one, { format: "safetensors", number: null })).toBeInstanceOf(Uint8Array);
  expect(modelIn(one, { format: "onnx", number: 1 })).toBe("unknown");
});

test("a run of several models gives each by its number, and none without", () => {
  expect(modelIn(several, { format: "onnx", number: 1 })).toBe(second);
  expect(modelIn(several, { format: "onnx", number: null })).toBe("several");
  expect(modelIn(several, { format: "safetensors", number: 1 })).toBe("onnx-only");
  expect(modelIn(several, { format: "onnx", number: 2 })).toBe("unknown");
});

test("a run that has published nothing has no model", () => {
  expect(modelIn({ ...one, versions: 0 }, { format: "onnx", number: null })).toBe("missing");
});
