import { expect, test } from "vitest";
import type { Model, ModuleTensorKind, Origin } from "../graph/graph.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { readModel } from "./read.ts";
import { writeModel } from "./write.ts";

const two = float32Tensor([2], [1, 2]);

function modelWith(origins: Model["origins"]): Model {
  const graph: Model["graph"] = {
    name: "sum",
    inputs: [{ name: "x", dataType: "float32", shape: ["batch", 2] }],
    outputs: [{ name: "y", dataType: "float32", shape: ["batch", 2] }],
    initializers: new Map([
      ["scale", two],
      ["running_mean", two],
      ["val_8", two],
      ["val_9", two],
    ]),
    nodes: [
      {
        name: "y",
        operator: "Sum",
        domain: "",
        inputs: ["x", "scale", "running_mean", "val_8", "val_9"],
        outputs: ["y"],
        attributes: {},
      },
    ],
  };
  const model = { graph, irVersion: 8, opsets: new Map([["", 18]]), metadata: new Map<string, string>() };
  return origins === undefined ? model : { ...model, origins };
}

test("what the exporter noted of initializers is written and read again", () => {
  const origins = new Map<string, Origin>([
    ["scale", { kind: "parameter", from: ["scale"], through: [] }],
    ["running_mean", { kind: "transient", from: ["running_mean"], through: [] }],
    ["val_8", { kind: "derived", from: ["blocks.0.weight", "blocks.1.weight"], through: ["mul", "val_2"] }],
    ["val_9", { kind: "unnoted", from: [], through: [] }],
  ]);
  expect(readModel(writeModel(modelWith(origins))).origins).toEqual(origins);
});

/** The origins, as read from a file, of val_8 and val_9, which were computed from `eight` and `nine`. */
function computedFrom(
  eight: readonly string[],
  nine: readonly string[],
  moduleTensors?: Readonly<Record<string, ModuleTensorKind>>,
): readonly (Origin | undefined)[] {
  const origins = new Map<string, Origin>([
    ["scale", { kind: "parameter", from: ["scale"], through: [] }],
    ["val_8", { kind: "derived", from: eight, through: [] }],
    ["val_9", { kind: "derived", from: nine, through: [] }],
  ]);
  const model = modelWith(origins);
  const listed = moduleTensors === undefined ? {} : { moduleTensors: new Map(Object.entries(moduleTensors)) };
  const read = readModel(writeModel({ ...model, ...listed })).origins;
  return [read?.get("val_8"), read?.get("val_9")];
}

test("the signature says what is computed from parameters and what from buffers and literals", () => {
  const moduleTensors = { scale: "parameter", temp: "parameter", table: "buffer" } as const;
  expect(computedFrom(["exp", "temp"], ["full", "table", "val_3"], moduleTensors)).toEqual([
    { kind: "derived", from: ["temp"], through: ["exp"] },
    { kind: "constant", from: ["table"], through: ["full", "val_3"] },
  ]);
});

test("without a signature, names with dots are the module's, and literals are known by their names", () => {
  expect(computedFrom(["div", "head.weight"], ["scalar_tensor_default", "full_1", "lifted_tensor_0"])).toEqual([
    { kind: "derived", from: ["head.weight"], through: ["div"] },
    { kind: "constant", from: [], through: ["scalar_tensor_default", "full_1", "lifted_tensor_0"] },
  ]);
});

test("the signature is written and read again", () => {
  const moduleTensors = new Map([
    ["head.weight", "parameter"],
    ["norm.running_mean", "buffer"],
    ["mask", "transient"],
  ] as const);
  const model = modelWith(new Map([["scale", { kind: "parameter", from: ["scale"], through: [] }]]));
  expect(readModel(writeModel({ ...model, moduleTensors })).moduleTensors).toEqual(moduleTensors);
});

test("a model without such notes has no origins", () => {
  expect(readModel(writeModel(modelWith(undefined))).origins).toBeUndefined();
});
