import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Fault } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { float32Tensor } from "../graph/tensors.ts";
import type { DataFiles } from "./data-files.ts";
import { ModelProtoSchema, StringStringEntryProtoSchema } from "./gen/onnx_pb.ts";
import { readModel } from "./read.ts";
import { writeModel } from "./write.ts";

/** A model whose only initializer lies where `place` says. */
function fileWith(place: Readonly<Record<string, string>>): Uint8Array {
  const bytes = writeModel({
    graph: {
      name: "sum",
      inputs: [{ name: "x", dataType: "float32", shape: ["batch", 2] }],
      outputs: [{ name: "y", dataType: "float32", shape: ["batch", 2] }],
      initializers: new Map([["bias", float32Tensor([2], [1, 2])]]),
      nodes: [{ name: "y", operator: "Add", domain: "", inputs: ["x", "bias"], outputs: ["y"], attributes: {} }],
    },
    irVersion: 8,
    opsets: new Map([["", 18]]),
    metadata: new Map(),
  });
  const file = fromBinary(ModelProtoSchema, bytes);
  for (const tensor of file.graph?.initializer ?? []) {
    tensor.rawData = new Uint8Array(0);
    tensor.dataLocation = 1;
    tensor.externalData = Object.entries(place).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
  }
  return toBinary(ModelProtoSchema, file);
}

const content = new Uint8Array(Float32Array.from([9, 3, 4]).buffer);
const files: DataFiles = (name) => (name === "weights.bin" ? content : null);

function problem(place: Readonly<Record<string, string>>): string {
  try {
    readModel(fileWith(place), files);
  } catch (error) {
    if (error instanceof Fault) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

describe("tensors in other files", () => {
  test("are read from the bytes that the model names", () => {
    const model = readModel(fileWith({ location: "weights.bin", offset: "4", length: "8" }), files);
    expect(model.graph.initializers.get("bias")).toEqual(float32Tensor([2], [3, 4]));
  });

  test("take the rest of the file where the model gives no length", () => {
    const model = readModel(fileWith({ location: "weights.bin", offset: "4" }), files);
    expect(model.graph.initializers.get("bias")).toEqual(float32Tensor([2], [3, 4]));
  });

  test("are refused where the file is missing or too short", () => {
    expect(problem({ location: "other.bin" })).toBe(
      'file-missing: initializer "bias" is kept in the file "other.bin", which is not there',
    );
    expect(problem({ location: "weights.bin", offset: "8", length: "8" })).toContain("bytes 8 to 16");
    expect(problem({ location: "weights.bin", offset: "99" })).toContain("model-invalid");
    expect(problem({ location: "weights.bin", offset: "-4" })).toContain('byte "-4"');
  });

  test("are refused where their file would lie outside the folder of the model", () => {
    for (const location of ["../secret", "/etc/passwd", "a/../../b", "C:\\x", "\\\\host\\x", ""]) {
      expect(problem({ location })).toContain("which is no name");
    }
  });

  test("are asked for where none were given, which is not to say that their file is missing", () => {
    expect(() => readModel(fileWith({ location: "weights.bin" }))).toThrow(
      expect.objectContaining({
        code: "file-missing",
        message: 'initializer "bias" is kept in the data file "weights.bin", and only the model itself was given',
        remedy: expect.stringContaining("readModelFile(path)"),
      }),
    );
  });
});
