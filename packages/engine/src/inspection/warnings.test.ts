import { join } from "node:path";
import { expect, test } from "vitest";
import { readModelFile } from "../files/model-file.ts";
import type { Model } from "../graph/graph.ts";
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
