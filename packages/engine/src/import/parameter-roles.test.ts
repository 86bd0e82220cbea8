import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Graph, Model, Origin, TensorData } from "../graph/graph.ts";
import { float32Tensor, int64List } from "../graph/tensors.ts";
import { readModel } from "../onnx/read.ts";
import { nodeOf } from "./check-rewrite.ts";
import { computedFrom, exportedModel, numbered, own } from "./exported-sample.ts";
import { type ParameterRules, rolesOf } from "./parameter-roles.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

function modelWith(initializers: Readonly<Record<string, TensorData>>, nodes: Graph["nodes"] = []): Model {
  const graph = { name: "model", inputs: [], outputs: [], initializers: new Map(Object.entries(initializers)), nodes };
  return { graph, irVersion: 8, opsets: new Map([["", 18]]), metadata: new Map() };
}

/** The kinds of the roles by name, and of which parameter a copy is. */
function kinds(model: Model, rules: ParameterRules = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...rolesOf(model, rules)].map(([name, role]) => [
      name,
      role.kind === "shared" ? `${role.transposed ? "transposed " : ""}${role.with}` : role.kind,
    ]),
  );
}

const matrix = float32Tensor([2, 3], [1, 2, 3, 4, 5, 6]);
const transposed = float32Tensor([3, 2], [1, 4, 2, 5, 3, 6]);
const scalar = float32Tensor([], [0.7]);

describe("without rules", () => {
  test("float32 tensors are trained; whole numbers, single numbers and what is not finite are constants", () => {
    const mask = float32Tensor([2], [0, Number.NEGATIVE_INFINITY]);
    expect(kinds(modelWith({ matrix, scalar, mask, axes: int64List([1]) }))).toEqual({
      matrix: "trained",
      scalar: "constant",
      mask: "constant",
      axes: "constant",
    });
  });

  test("mean and variance of a batch normalisation are statistics", () => {
    const one = float32Tensor([1], [1]);
    const inputs = ["x", "scale", "bias", "mean", "variance"];
    const node = { name: "norm", operator: "BatchNormalization", domain: "", inputs, outputs: ["y"], attributes: {} };
    const model = modelWith({ scale: one, bias: one, mean: one, variance: one }, [node]);
    const learned = { scale: "trained", bias: "trained" };
    expect(kinds(model)).toEqual({ ...learned, mean: "statistic", variance: "statistic" });
  });

  test("what the exporter noted decides, where it took notes", () => {
    const origins = new Map<string, Origin>([
      ["weight", own("parameter", "weight")],
      ["temperature", own("parameter", "temperature")],
      ["val_1", computedFrom(["other"])],
      ["val_2", { kind: "constant", from: [], through: ["scalar_tensor_default"] }],
      ["table", own("buffer", "table")],
    ]);
    const model = modelWith({ weight: matrix, temperature: scalar, val_1: matrix, val_2: matrix, table: matrix });
    expect(kinds({ ...model, origins })).toEqual({
      weight: "trained",
      temperature: "trained",
      val_1: "trained",
      val_2: "constant",
      table: "constant",
    });
  });

  test("weights that bear no note, as where batch normalisation was folded into them, are trained; other tensors are not", () => {
    const image = float32Tensor([1, 1, 1, 1], [1]);
    const model = exportedModel({
      nodes: [
        nodeOf("Conv", ["image", "conv.weight", "conv.weight_bias"], ["a"]),
        nodeOf("ConvTranspose", ["a", "up.weight"], ["b"]),
        nodeOf("Gemm", ["b", "fc.weight", "fc.bias"], ["c"]),
        nodeOf("MatMul", ["queries", "product"], ["d"]),
        nodeOf("Add", ["d", "shift"], ["y"]),
      ],
      initializers: {
        "conv.weight": image,
        "conv.weight_bias": numbered(1),
        "up.weight": image,
        "fc.weight": matrix,
        "fc.bias": numbered(2),
        product: matrix,
        queries: matrix,
        shift: numbered(3),
        "head.weight": matrix,
      },
      origins: { "head.weight": own("parameter", "head.weight") },
    });
    const untrained = Object.entries(kinds(model)).filter(([, kind]) => kind !== "trained");
    expect(untrained).toEqual([
      ["queries", "constant"],
      ["shift", "constant"],
    ]);
  });

  test("what is not trained has a reason", () => {
    const half = { dataType: "float16", shape: [1], values: Uint16Array.of(0) } as const;
    const initializers = { table: matrix, literal: matrix, shift: matrix, number: scalar, half, head: matrix };
    const literal: Origin = { kind: "constant", from: [], through: ["full"] };
    const origins = { table: own("buffer", "table"), literal, head: own("parameter", "head") };
    const roles = rolesOf(exportedModel({ nodes: [], initializers, origins }), { freeze: ["head"] });
    expect([...roles].map(([name, role]) => [name, role.kind === "constant" ? role.because : role.kind])).toEqual([
      ["table", "buffer"],
      ["literal", "literal"],
      ["shift", "unnoted"],
      ["number", "single-number"],
      ["half", "element-type"],
      ["head", "frozen"],
    ]);
  });

  test("a transposed copy of a parameter is that parameter, and one with other values is not", () => {
    const origins = new Map<string, Origin>([
      ["head", own("parameter", "head")],
      ["val_1", computedFrom(["head"])],
      ["val_2", computedFrom(["head"])],
    ]);
    const other = float32Tensor([3, 2], [9, 9, 9, 9, 9, 9]);
    expect(kinds({ ...modelWith({ head: matrix, val_1: transposed, val_2: other }), origins })).toEqual({
      head: "trained",
      val_1: "transposed head",
      val_2: "trained",
    });
  });

  test("the tied embedding of a GPT, which the exporter stores twice, is one parameter", () => {
    const roles = rolesOf(readModel(readFileSync(join(FIXTURES, "gpt.onnx"))));
    expect([...roles.values()].filter(({ kind }) => kind === "shared")).toEqual([
      { kind: "shared", with: "head.weight", transposed: true },
    ]);
  });
});

describe("with rules", () => {
  const model = modelWith({ "embed.weight": matrix, "head.weight": transposed, "head.bias": matrix, scale: scalar });

  test("patterns freeze and train", () => {
    expect(kinds(model, { freeze: ["head.*"], train: ["scale"] })).toEqual({
      "embed.weight": "trained",
      "head.weight": "constant",
      "head.bias": "constant",
      scale: "trained",
    });
  });

  test("a star stands for any text, and a dot for itself alone", () => {
    expect(kinds(model, { freeze: ["*bias"] })["head.bias"]).toBe("constant");
    expect(() => rolesOf(model, { freeze: ["headXbias"] })).toThrow(
      'no initializer of model "model" is called "headXbias"',
    );
    expect(() => rolesOf(modelWith({ headXbias: matrix }), { freeze: ["head.bias"] })).toThrow("head.bias");
  });

  test.each<[string, ParameterRules]>([
    ["everything but the head is frozen", { freeze: ["*"], train: ["head.*"] }],
    ["or everything but the head's and the frozen one of it", { freeze: ["*", "head.weight"], train: ["head.*"] }],
  ])("the longest pattern that fits a name counts: %s", (_, rules) => {
    const weight = rules.freeze?.length === 1 ? "trained" : "constant";
    expect(kinds(model, rules)).toEqual({
      "embed.weight": "constant",
      "head.weight": weight,
      "head.bias": "trained",
      scale: "constant",
    });
  });

  test("matrices are shared as they are or transposed", () => {
    const share = [["embed.weight", "head.weight", "head.bias"]];
    expect(kinds(model, { share })).toMatchObject({
      "embed.weight": "trained",
      "head.weight": "transposed embed.weight",
      "head.bias": "embed.weight",
    });
  });

  test.each<[string, ParameterRules]>([
    ['share: no initializer of model "model" is called "none"', { share: [["embed.weight", "none"]] }],
    ['share: "scale" is [] and "embed.weight" is [2, 3]', { share: [["embed.weight", "scale"]] }],
    ['train: "axes" is int64', { train: ["axes"] }],
    ['"head.bias" is both in freeze ("head.*") and in train ("*.bias")', { freeze: ["head.*"], train: ["*.bias"] }],
    ['share: the group ["embed.weight"] has one name', { share: [["embed.weight"]] }],
    ["share: the group [] has no name", { share: [[]] }],
    ['share: "head.bias" is there twice', { share: [["embed.weight", "head.bias", "head.bias"]] }],
    ['share: "axes" is int64 [1] and "head.bias" is [2, 3]', { share: [["head.bias", "axes"]] }],
  ])("%s", (message, rules) => {
    const fault = expect.objectContaining({ code: "option-invalid", message: expect.stringContaining(message) });
    const all = new Map([...model.graph.initializers, ["axes", int64List([1])] as const]);
    expect(() => rolesOf({ ...model, graph: { ...model.graph, initializers: all } }, rules)).toThrow(fault);
  });

  test("statistics that are frozen are constants", () => {
    const read = readModel(readFileSync(join(FIXTURES, "resnet-20-batch-norm.onnx")));
    const count = (rules: ParameterRules): number =>
      Object.values(kinds(read, rules)).filter((kind) => kind === "statistic").length;
    expect(count({})).toBe(2 * 21);
    expect(count({ statistics: "freeze" })).toBe(0);
    const unnoted = readModel(readFileSync(join(FIXTURES, "resnet-20-batch-norm.legacy.onnx")));
    expect(kinds(unnoted, { statistics: "freeze" })["norm.running_mean"]).toBe("constant");
  });
});
