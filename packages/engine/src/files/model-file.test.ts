import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootKey } from "@potluck/core";
import { InferenceSession } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { writeModel } from "../onnx/write.ts";
import { initialParams } from "../training/parameters.ts";
import { MAX_DATA_FILE_BYTES, MAX_MODEL_FILE_BYTES, readModelFile, writeModelFile } from "./model-file.ts";

const model = mlp({ inputs: 30, hidden: [20], classes: 4, key: rootKey(1) });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "potluck-model-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const place = (name: string): string => join(folder, name);
const fault = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

/** A file that claims to have so many bytes and takes none. */
function hollow(name: string, bytes: number): string {
  writeFileSync(place(name), "");
  truncateSync(place(name), bytes);
  return place(name);
}

describe("a model in one file", () => {
  test("is read as it was written", () => {
    writeModelFile(place("whole.onnx"), model);
    expect(initialParams(readModelFile(place("whole.onnx")))).toEqual(initialParams(model));
    expect(new Uint8Array(readFileSync(place("whole.onnx")))).toEqual(writeModel(model));
  });
});

describe("a model with a data file", () => {
  beforeAll(() => writeModelFile(place("split.onnx"), model, { dataFile: "split.data" }));

  test("is read as it was written, with its larger tensors in the data file", () => {
    expect(initialParams(readModelFile(place("split.onnx")))).toEqual(initialParams(model));
    expect(statSync(place("split.onnx")).size).toBeLessThan(1500);
    // 30 · 20 weights; the other tensors have less than 1,024 bytes
    expect(statSync(place("split.data")).size).toBe(4 * 600);
  });

  test("runs in plain ONNX Runtime", async () => {
    const session = await InferenceSession.create(place("split.onnx"));
    expect(session.outputNames.length).toBe(1);
    await session.release();
  });

  test("is refused without it, by its name", () => {
    writeFileSync(place("alone.onnx"), readFileSync(place("split.onnx")));
    rmSync(place("split.data"));
    expect(() => readModelFile(place("alone.onnx"))).toThrow(
      expect.objectContaining({ code: "file-missing", message: expect.stringContaining('"split.data"') }),
    );
    hollow("split.data", MAX_DATA_FILE_BYTES + 1);
    expect(() => readModelFile(place("alone.onnx"))).toThrow(expect.objectContaining({ code: "model-unsupported" }));
  });
});

describe("what cannot be read or written", () => {
  test("a file that is not there is missing", () => {
    expect(() => readModelFile(place("none.onnx"))).toThrow(fault("file-missing", "does not exist"));
  });

  test("a folder is no file", () => {
    mkdirSync(place("folder.onnx"));
    expect(() => readModelFile(place("folder.onnx"))).toThrow(fault("file-missing", "it is not a file"));
  });

  test("a file that is too large for the format is refused with its size, not called missing", () => {
    const path = hollow("huge.onnx", 3 * 2 ** 30);
    expect(() => readModelFile(path)).toThrow(fault("model-unsupported", `has ${3 * 2 ** 30} bytes`));
    expect(MAX_MODEL_FILE_BYTES).toBe(2_147_483_647);
  });

  test("a file in a folder that is not there cannot be written", () => {
    expect(() => writeModelFile(place("none/model.onnx"), model)).toThrow(
      fault("output-unwritable", "cannot be written"),
    );
  });

  test.each(["kept.onnx", "KEPT.onnx", "a/kept.data", "a\\kept.data", "", ".", "..", "/kept.data", "c:kept.data"])(
    'a data file called "%s" is refused before anything is written',
    (dataFile) => {
      writeModelFile(place("kept.onnx"), model);
      expect(() => writeModelFile(place("kept.onnx"), model, { dataFile })).toThrow(
        fault("option-invalid", `dataFile cannot be ${JSON.stringify(dataFile)}`),
      );
      expect(() => writeModelFile(place("unwritten.onnx"), model, { dataFile: "unwritten.onnx" })).toThrow(
        fault("option-invalid", "that is the model itself"),
      );
      expect(existsSync(place("unwritten.onnx"))).toBe(false);
      expect(initialParams(readModelFile(place("kept.onnx")))).toEqual(initialParams(model));
    },
  );
});
