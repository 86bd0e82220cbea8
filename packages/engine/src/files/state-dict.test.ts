import { join } from "node:path";
import { type Layout, tensorOf } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { initialParams, layoutOfModel } from "../training/parameters.ts";
import { readModelFile } from "./model-file.ts";
import { nodeOf } from "../import/check-rewrite.ts";
import { computedFrom, exportedModel, type ExportedParts, numbered, own } from "../import/exported-sample.ts";
import { int64List } from "../graph/tensors.ts";
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

test("weights of linear layers are transposed back; a table of which the exporter took rows is left out where frozen", () => {
  const [optimised, plain] = [fixture("gpt.onnx"), fixture("gpt.unoptimized.onnx")];
  const rules = { freeze: ["embedding_1"] };
  const first = tensors(stateDict(optimised, initialParams(optimised, rules), rules));
  const second = new Map(tensors(stateDict(plain, initialParams(plain))));
  expect(second.delete("position_embedding.weight")).toBe(true);
  expect(first).toEqual(second);
});

test("there and back again is the same", () => {
  for (const file of ["gpt.unoptimized.onnx", "char-lstm.onnx", "vit-tiny.onnx", "mobilenet-v2.legacy.onnx"]) {
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
  const model = fixture("gpt.unoptimized.onnx");
  const { layout, values } = stateDict(model, initialParams(model));
  const without = layout.filter(({ name }) => name !== "blocks.0.attention.weight");
  expect(() => paramsFromStateDict(model, { layout: without, values })).toThrow('"blocks.0.attention.weight"');
});

describe("what the exporter folded and training changed is refused by name", () => {
  /** y = (x · head) * factor, with the initializers of `parts` and head, which is a parameter. */
  const scaled = (factor: string, parts: Partial<ExportedParts>): ExportedParts => ({
    nodes: [nodeOf("MatMul", ["x", "head"], ["product"]), nodeOf("Mul", ["product", factor], ["y"])],
    initializers: { head: numbered(4, 3), ...parts.initializers },
    origins: { head: own("parameter", "head"), ...parts.origins },
  });
  const refused = (parts: ExportedParts, message: string): void => {
    const model = exportedModel(parts);
    const fault = expect.objectContaining({
      code: "parameters-folded",
      message: expect.stringContaining(message),
      remedy: expect.stringContaining("optimize=False"),
    });
    const params = initialParams(model);
    expect(() => stateDict(model, params)).toThrow(fault);
    const state = { layout: layoutOfModel(model), values: params };
    expect(() => paramsFromStateDict(model, state)).toThrow(fault);
  };

  test("the exponential of a temperature", () => {
    const parts = { initializers: { exp: numbered(1) }, origins: { exp: computedFrom(["temp"]) } };
    refused(scaled("exp", parts), '"exp" (from "temp")');
  });

  test("a weight that weight_norm makes of two parameters", () => {
    const origins = { mul: computedFrom(["head.weight_g", "head.weight_v"], ["div", "linalg_vector_norm"]) };
    refused(
      scaled("mul", { initializers: { mul: numbered(3) }, origins }),
      '"mul" (from "head.weight_g", "head.weight_v")',
    );
  });

  test("some rows of a table", () => {
    const origins = { embedding: computedFrom(["table.weight", "rows"], ["val_13"]) };
    refused(
      scaled("embedding", { initializers: { embedding: numbered(3) }, origins }),
      '"embedding" (from "table.weight"',
    );
  });

  test("a weight with batch normalisation folded in, which has the name of the parameter", () => {
    const nodes = [
      nodeOf("MatMul", ["x", "head"], ["product"]),
      nodeOf("Gemm", ["product", "fc.weight", "fc.bias"], ["y"]),
    ];
    const initializers = { head: numbered(4, 3), "fc.weight": numbered(3, 3), "fc.bias": numbered(3) };
    refused({ nodes, initializers, origins: { head: own("parameter", "head") } }, '"fc.weight", "fc.bias"');
  });

  test("one parameter that the file holds twice, with different values", () => {
    const nodes = [nodeOf("MatMul", ["x", "val_1"], ["product"]), nodeOf("Gemm", ["product", "fc"], ["y"])];
    const initializers = { val_1: numbered(4, 3), fc: numbered(3, 3) };
    refused(
      { nodes, initializers, origins: { fc: own("parameter", "fc"), val_1: computedFrom(["fc"]) } },
      '"val_1" (from "fc")',
    );
  });

  test("what the older exporter gave names of its own", () => {
    const model = fixture("gpt.legacy.onnx");
    const fault = expect.objectContaining({
      code: "parameters-folded",
      message: expect.stringContaining('"onnx::MatMul_508"'),
      remedy: expect.stringContaining("do_constant_folding=False"),
    });
    expect(() => stateDict(model, initialParams(model))).toThrow(fault);
  });
});

describe("the whole state of a module is there", () => {
  const parts: ExportedParts = {
    nodes: [
      nodeOf("Add", ["x", "shift"], ["shifted"]),
      nodeOf("MatMul", ["shifted", "val_1"], ["product"]),
      nodeOf("Gemm", ["product", "head.weight", "head.bias"], ["scaled"]),
      nodeOf("Mul", ["scaled", "mask"], ["masked"]),
      nodeOf("Add", ["masked", "exp"], ["y"]),
    ],
    initializers: {
      shift: numbered(4),
      val_1: numbered(4, 3),
      "head.weight": numbered(3, 3),
      "head.bias": numbered(3),
      mask: numbered(3),
      exp: numbered(3),
      steps: int64List([7]),
      large: { dataType: "int64", shape: [], values: BigInt64Array.of(2n ** 24n + 1n) },
    },
    origins: {
      shift: own("buffer", "shift"),
      val_1: computedFrom(["backbone.weight"]),
      "head.weight": own("parameter", "head.weight"),
      "head.bias": own("parameter", "head.bias"),
      mask: own("transient", "mask"),
      exp: computedFrom(["temp"]),
      steps: own("buffer", "steps"),
      large: own("buffer", "large"),
    },
  };
  const model = exportedModel(parts);
  const rules = { freeze: ["val_1", "exp", "head.bias"] };

  test("with the values of the file where it is frozen or a buffer", () => {
    const params = initialParams(model, rules).map((value) => -value);
    expect(tensors(stateDict(model, params, rules))).toEqual(
      new Map<string, unknown>([
        // 4 × 3 numbers, row by row, transposed
        [
          "backbone.weight",
          [
            [3, 4],
            [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12],
          ],
        ],
        ["head.bias", [[3], [1, 2, 3]]],
        [
          "head.weight",
          [
            [3, 3],
            [-1, -2, -3, -4, -5, -6, -7, -8, -9],
          ],
        ],
        ["shift", [[4], [1, 2, 3, 4]]],
        ["steps", [[1], [7]]],
      ]),
    );
  });

  test("and only what is trained is taken from one", () => {
    const params = Float32Array.from({ length: 9 }, (_, at) => at);
    expect(paramsFromStateDict(model, stateDict(model, params, rules), rules)).toEqual(params);
  });

  test("with both of two parameters that a rule makes one", () => {
    const plain = fixture("fedavg-cnn.legacy.onnx");
    const copy = { ...plain, graph: { ...plain.graph, initializers: new Map(plain.graph.initializers) } };
    copy.graph.initializers.set("again", numbered(3));
    const share = { share: [["conv1.bias", "again"]] };
    const params = initialParams(copy, share);
    const state = tensors(stateDict(copy, params, share));
    expect(state.get("again")).toEqual(state.get("conv1.bias"));
    expect(paramsFromStateDict(copy, stateDict(copy, params, share), share)).toEqual(params);
  });

  test("with frozen parameters of a file without notes", () => {
    const plain = fixture("fedavg-cnn.legacy.onnx");
    const freeze = { freeze: ["conv*"] };
    const state = tensors(stateDict(plain, initialParams(plain, freeze), freeze));
    expect(state).toEqual(tensors(stateDict(plain, initialParams(plain))));
  });
});

describe("a tied weight that was saved under its other name", () => {
  const parts: ExportedParts = {
    nodes: [nodeOf("MatMul", ["x", "first"], ["a"]), nodeOf("MatMul", ["a", "head.weight"], ["y"])],
    initializers: { first: numbered(4, 4), "head.weight": numbered(4, 3) },
    origins: { first: own("parameter", "first"), "head.weight": own("parameter", "head.weight") },
    moduleTensors: { "emb.weight": "parameter", "head.weight": "parameter", first: "parameter" },
  };
  const model = exportedModel(parts);
  const params = Float32Array.from({ length: 28 }, (_, at) => -at);
  /** The state of the module with some names replaced. */
  const renamed = (names: Readonly<Record<string, string>>) => {
    const { layout, values } = stateDict(model, params);
    return { layout: layout.map((slot) => ({ ...slot, name: names[slot.name] ?? slot.name })), values };
  };

  test("is found where the exporter has noted that name", () => {
    expect(paramsFromStateDict(model, renamed({ "head.weight": "emb.weight" }))).toEqual(params);
  });

  test("is not guessed where it has not, and named as the closest", () => {
    const fault = expect.objectContaining({
      code: "data-invalid",
      message: expect.stringContaining('the model needs "head.weight" of [4, 3], the file has none of that name'),
      remedy: expect.stringContaining('It has "token.weight" of [4, 3]: rename it'),
    });
    expect(() => paramsFromStateDict(model, renamed({ "head.weight": "token.weight" }))).toThrow(fault);
    const { moduleTensors: _, ...unlisted } = model;
    expect(() => paramsFromStateDict(unlisted, renamed({ "head.weight": "emb.weight" }))).toThrow("head.weight");
  });

  test("is not guessed of several of its shape, nor taken in another shape", () => {
    const two = exportedModel({
      ...parts,
      moduleTensors: { ...parts.moduleTensors, "other.weight": "parameter" },
    });
    const { layout, values } = renamed({ "head.weight": "emb.weight" });
    const again = layout.filter(({ name }) => name === "emb.weight").map((slot) => ({ ...slot, name: "other.weight" }));
    expect(() => paramsFromStateDict(two, { layout: [...layout, ...again], values })).toThrow('"head.weight"');
    const wide = layout.map((slot) => (slot.name === "emb.weight" ? { ...slot, shape: [3, 4] } : slot));
    expect(() => paramsFromStateDict(model, { layout: wide, values })).toThrow('"head.weight"');
  });
});
