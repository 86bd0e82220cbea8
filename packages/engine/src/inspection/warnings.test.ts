import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readModelFile } from "../files/model-file.ts";
import type { Model } from "../graph/graph.ts";
import { int64List } from "../graph/tensors.ts";
import { nodeOf } from "../import/check-rewrite.ts";
import { computedFrom, exportedModel, numbered, own } from "../import/exported-sample.ts";
import { inspectModel } from "./inspection.ts";

const fixture = (file: string): Model => readModelFile(join(import.meta.dirname, "../../fixtures", file));

const warned = (model: Model): readonly (readonly [readonly string[], string])[] =>
  inspectModel(model).warnings.map(({ tensors, remedy }) => [tensors, remedy]);

test("what training is not in PyTorch is said by the names of the tensors", () => {
  const model = exportedModel({
    nodes: [
      nodeOf("MatMul", ["x", "val_1"], ["a"]),
      nodeOf("Gemm", ["a", "fc.weight", "fc.bias"], ["b"]),
      nodeOf("Mul", ["b", "mul"], ["y"]),
    ],
    initializers: {
      val_1: numbered(4, 3),
      "fc.weight": numbered(3, 3),
      "fc.bias": numbered(3),
      mul: numbered(3),
    },
    origins: { val_1: computedFrom(["head.weight"]), mul: computedFrom(["l.weight_g", "l.weight_v"], ["div"]) },
    moduleTensors: {
      "head.weight": "parameter",
      "fc.weight": "parameter",
      "norm.weight": "parameter",
      "norm.running_mean": "buffer",
      "norm.num_batches_tracked": "buffer",
      "l.weight_g": "parameter",
      "l.weight_v": "parameter",
    },
  });
  const remedy = expect.stringContaining("optimize=False");
  expect(warned(model)).toEqual([
    [["mul"], remedy],
    [["fc.weight", "fc.bias"], remedy],
    [["norm.weight", "norm.running_mean"], remedy],
  ]);
});

test("rows of a table that the exporter took out of it are warned of, and transposed weights are not", () => {
  expect(warned(fixture("gpt.onnx"))).toEqual([[["embedding_1"], expect.stringContaining("optimize=False")]]);
});

test("names that the older exporter lost are warned of", () => {
  const [[names, remedy] = [[], ""]] = warned(fixture("char-lstm.legacy.onnx"));
  expect(names).toHaveLength(7);
  expect(names).toEqual(expect.arrayContaining(["onnx::LSTM_195", "onnx::MatMul_218"]));
  expect(remedy).toContain("do_constant_folding=False");
});

test.each(["gpt.unoptimized.onnx", "resnet-20-batch-norm.onnx", "mobilenet-v2.legacy.onnx", "vit-tiny.onnx"])(
  "there is nothing to warn of in %s",
  (file) => {
    expect(warned(fixture(file))).toEqual([]);
  },
);

test("what a rule freezes is not warned of", () => {
  const { warnings } = inspectModel(fixture("gpt.onnx"), { parameters: { freeze: ["embedding_1"] } });
  expect(warnings).toEqual([]);
});

test("a parameter that the file has under its own name is not missing", () => {
  const model = exportedModel({
    nodes: [nodeOf("MatMul", ["x", "head"], ["y"])],
    initializers: { head: numbered(4, 3) },
    origins: { head: own("parameter", "head") },
    moduleTensors: { head: "parameter", tied: "parameter" },
  });
  expect(warned(model).map(([tensors]) => tensors)).toEqual([["tied"]]);
});

describe("in a file without notes, what may be a buffer is warned of", () => {
  /** x is normalised, then multiplied with a weight; the places of `pe` are added that are there. */
  const { origins: _, ...model } = exportedModel({
    nodes: [
      nodeOf("Sub", ["x", "mean"], ["a"]),
      nodeOf("Div", ["a", "std"], ["b"]),
      nodeOf("Slice", ["pe", "starts", "ends", "starts"], ["places"]),
      nodeOf("Add", ["b", "places"], ["c"]),
      nodeOf("MatMul", ["c", "matrix"], ["d"]),
      nodeOf("Add", ["d", "fc.bias"], ["e"]),
      nodeOf("Mul", ["e", "norm.weight"], ["y"]),
    ],
    initializers: {
      mean: numbered(4),
      std: numbered(4),
      pe: numbered(8, 4),
      starts: int64List([0]),
      ends: int64List([1]),
      matrix: numbered(4, 3),
      "fc.bias": numbered(3),
      "norm.weight": numbered(3),
    },
    origins: {},
  });

  test("by the names of what is only added, subtracted, multiplied or divided by, weights and biases left out", () => {
    expect(warned(model)).toEqual([[["mean", "std", "pe"], expect.stringContaining("the rule freeze")]]);
  });

  test("and not where a rule freezes it", () => {
    const { warnings } = inspectModel(model, { parameters: { freeze: ["mean", "std", "pe"] } });
    expect(warnings).toEqual([]);
  });

  test("a file with notes says which they are", () => {
    const origins = new Map([
      ["pe", own("buffer", "pe")],
      ["mean", own("parameter", "mean")],
    ]);
    expect(warned({ ...model, origins }).flatMap(([tensors]) => tensors)).not.toContain("mean");
  });

  test("names that are lost are not warned of twice", () => {
    expect(warned(fixture("resnet-20-group-norm.legacy.onnx"))).toHaveLength(1);
    expect(warned(fixture("vit-tiny.legacy.onnx")).map(([tensors]) => tensors)).toContainEqual(["positions"]);
  });
});
