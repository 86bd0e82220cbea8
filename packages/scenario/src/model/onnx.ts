/**
 * A model of your own: an ONNX file with one input, a batch of features, and one output, a batch of class scores
 * (logits) or of numbers, as the loss of the scenario takes them. Every float32 initializer of the file is a parameter;
 * the stored values are the first model of the run. Constants have to be Constant nodes. Whether the model fits the data
 * and the loss is checked when the workers start.
 *
 * @module
 */
import { definePart, type PartFactory } from "@potluck/core";
import { readModelFile } from "@potluck/engine";
import type { ModelSource } from "./model-source.ts";

/** Options of {@link onnx}. */
export interface OnnxOptions {
  /** The file, relative to the folder in which the command is run. */
  readonly path: string;
}

/** The model `onnx`. Building it throws Fault "file-missing", "model-invalid" or "model-unsupported". */
export const onnx: PartFactory<OnnxOptions, ModelSource> = definePart<OnnxOptions, ModelSource>({
  room: "model",
  name: "onnx",
  about: "A model of your own, from an ONNX file.",
  fights: [],
  options: { path: { kind: "text", path: "file", about: "the ONNX file" } },
  make: ({ path }) => ({ build: async () => readModelFile(path) }),
});
