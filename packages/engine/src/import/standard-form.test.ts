import { describe, expect, test } from "vitest";
import type { DataType, Model, TensorData } from "../graph/graph.ts";
import { elementTypeOf } from "../graph/element-types.ts";
import { tensorOf } from "../graph/tensors.ts";
import { inspectModel } from "../inspection/inspection.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { learningTask } from "../training/task.ts";
import { nodeOf } from "./check-rewrite.ts";
import { computedFrom, exportedModel, numbered, own } from "./exported-sample.ts";
import { standardForm } from "./standard-form.ts";

const half: TensorData = { dataType: "float16", shape: [3], values: Uint16Array.of(0, 0, 0) };
const double = tensorOf("float64", [3], [1, 2, 3]);

/** x · weight + shift, exported with notes, or by an exporter that takes none. */
function shiftedBy(shift: TensorData, noted: boolean): Model {
  const { origins, ...plain } = exportedModel({
    nodes: [nodeOf("MatMul", ["x", "weight"], ["product"]), nodeOf("Add", ["product", "shift"], ["y"])],
    initializers: { weight: numbered(4, 3), shift },
    origins: { weight: own("parameter", "weight"), shift: own("parameter", "shift") },
  });
  return noted && origins !== undefined ? { ...plain, origins } : plain;
}

describe("parameters that are not float32", () => {
  test.each([
    ["float16, noted", half, true],
    ["float16, without notes", half, false],
    ["float64, noted", double, true],
    ["float64, without notes", double, false],
  ])("are refused by name: %s", (_, shift, noted) => {
    expect(() => standardForm(shiftedBy(shift, noted))).toThrow(
      expect.objectContaining({
        code: "model-unsupported",
        message: `the parameter "shift" is ${shift.dataType}, and only float32 can be trained`,
        remedy: expect.stringContaining("model.float()"),
      }),
    );
  });

  test("are what inspection says stands in the way", () => {
    expect(inspectModel(shiftedBy(double, true)).obstacles).toMatchObject([
      {
        operator: null,
        message: expect.stringContaining('"shift" is float64'),
        remedy: expect.stringContaining("float32"),
      },
    ]);
  });

  test("may be frozen, and single numbers without dimensions are no parameters", () => {
    const { roles } = standardForm(exportedModel(withCast(double)), { freeze: ["shift"] });
    expect(roles.get("shift")).toEqual({ kind: "constant", because: "frozen" });
    const { origins: _, ...unnoted } = exportedModel(withCast(tensorOf("float64", [], [1])));
    expect(standardForm(unnoted).roles.get("shift")).toEqual({ kind: "constant", because: "element-type" });
  });
});

function withCast(shift: TensorData): Parameters<typeof exportedModel>[0] {
  const cast = nodeOf("Cast", ["shift"], ["single"], { to: { kind: "int", value: 1 } });
  return {
    nodes: [nodeOf("MatMul", ["x", "weight"], ["product"]), cast, nodeOf("Add", ["product", "single"], ["y"])],
    initializers: { weight: numbered(4, 3), shift },
    origins: { weight: own("parameter", "weight"), shift: own("parameter", "shift") },
  };
}

test.each<DataType>(["float16", "float64"])("an input of %s is refused by name", (dataType) => {
  const model = exportedModel({ nodes: [], initializers: {}, origins: {} });
  const graph = { ...model.graph, inputs: [{ name: "x", dataType, shape: ["batch", 4] }] };
  expect(() => learningTask({ ...model, graph }, crossEntropy())).toThrow(
    expect.objectContaining({
      code: "model-unsupported",
      message: `"x" is ${dataType}, and models are trained in float32`,
      remedy: expect.stringContaining("model.float()"),
    }),
  );
});

test("an element type that is not known here is refused by its name", () => {
  expect(() => elementTypeOf(16, 'initializer "w"')).toThrow('initializer "w" is bfloat16, which is not supported');
  expect(() => elementTypeOf(99, 'initializer "w"')).toThrow('initializer "w" is of the ONNX element type 99');
});

describe("a copy of a parameter", () => {
  const model = exportedModel({
    nodes: [
      nodeOf("Identity", ["weight"], ["other"]),
      nodeOf("MatMul", ["x", "weight"], ["first"]),
      nodeOf("MatMul", ["x", "other"], ["second"]),
      nodeOf("Add", ["first", "second"], ["y"]),
    ],
    initializers: { weight: numbered(4, 3), fixed: numbered(1) },
    origins: { weight: own("parameter", "weight"), fixed: computedFrom(["w"]) },
  });

  test("is the parameter itself where the exporter takes notes", () => {
    expect([...standardForm(model).roles.keys()]).toEqual(["weight", "fixed"]);
  });

  test("is one of its own where it does not, as its older exporter merges what has equal values", () => {
    const { origins: _, ...unnoted } = model;
    expect(standardForm(unnoted).roles.get("other")).toEqual({ kind: "trained" });
  });
});
