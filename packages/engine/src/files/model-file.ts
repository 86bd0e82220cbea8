/**
 * Models as files: one ONNX file, or one with its larger tensors in a data file beside it.
 *
 * Trusts links: what a model calls by a plain name in its own folder may lie elsewhere.
 *
 * @module
 */
import { files } from "#files";
import { Fault, valueText } from "@potluck/core";
import type { Model } from "../graph/graph.ts";
import { type DataFiles, type DataSink, isPlainName } from "../onnx/data-files.ts";
import { readModel } from "../onnx/read.ts";
import { writeModel } from "../onnx/write.ts";

/** The largest ONNX file, in bytes: the format, protobuf, ends there. */
export const MAX_MODEL_FILE_BYTES: number = 2 ** 31 - 1;
/** The largest data file that is read, in bytes: four times what the parameters of the largest model take. */
export const MAX_DATA_FILE_BYTES: number = 2 ** 32;

/** Tensors of fewer bytes stay in the ONNX file. */
const SMALL_TENSOR_BYTES = 1024;
/** Tensors begin at multiples of so many bytes, as the format recommends for files that are mapped into memory. */
const ALIGNMENT_BYTES = 4096;

/**
 * The model in the ONNX file at `path` and, where it has any, in the data files beside it. In Node only.
 * Throws Fault "file-missing", "model-invalid" or "model-unsupported".
 */
export function readModelFile(path: string): Model {
  const bytes = files.read(path, MAX_MODEL_FILE_BYTES);
  if (bytes === null) {
    const remedy = "Check the path; it is relative to the current folder.";
    throw new Fault("file-missing", `the model "${path}" does not exist`, remedy);
  }
  return readModel(bytes, dataFilesBeside(path));
}

/** Each data file is read once, when the first of its tensors is asked for. */
function dataFilesBeside(path: string): DataFiles {
  const known = new Map<string, Uint8Array | null>();
  return (name) => {
    const file = known.has(name) ? known.get(name) : files.read(files.beside(path, name), MAX_DATA_FILE_BYTES);
    known.set(name, file ?? null);
    return file ?? null;
  };
}

/** How a model is written. */
export interface ModelFileOptions {
  /** The name of another file in the same folder that shall hold the larger tensors; one file for all unless given. */
  readonly dataFile?: string;
}

/**
 * Writes `model` as the ONNX file at `path`. In Node only. Throws Fault "option-invalid", before anything is written, for a
 * data file that cannot be, "output-unwritable" or "model-unsupported".
 */
export function writeModelFile(path: string, model: Model, { dataFile }: ModelFileOptions = {}): void {
  if (dataFile === undefined) return files.write(path, [checked(path, writeModel(model))]);
  checkDataFile(dataFile, path);
  const { sink, parts } = collector(dataFile);
  const bytes = checked(path, writeModel(model, sink));
  files.write(files.beside(path, dataFile), parts);
  files.write(path, [bytes]);
}

/** The names of folders that every folder has. */
const FOLDERS: readonly string[] = [".", ".."];

/** Throws Fault "option-invalid" unless a file called `dataFile` can lie beside the one at `path`, and is another one. */
function checkDataFile(dataFile: unknown, path: string): void {
  const isName = typeof dataFile === "string" && isPlainName(dataFile) && !/[\\/]/u.test(dataFile);
  const own = path.split(/[\\/]/u).at(-1) ?? "";
  // Of names that differ in case alone some disks make one file.
  const isOwn = isName && dataFile.toLowerCase() === own.toLowerCase();
  if (isName && !isOwn && !FOLDERS.includes(dataFile)) return;
  const why = isOwn ? "that is the model itself" : "that is not the name of a file in the folder of the model";
  const remedy = 'Give the name of a file beside the model, such as "model.onnx.data".';
  throw new Fault("option-invalid", `writeModelFile: dataFile cannot be ${valueText(dataFile)}: ${why}`, remedy);
}

function checked(path: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_MODEL_FILE_BYTES) return bytes;
  throw new Fault(
    "model-unsupported",
    `"${path}" would have ${bytes.length} bytes, and ${MAX_MODEL_FILE_BYTES} is the most of one file`,
    "Write the tensors into a data file.",
  );
}

/** Collects the larger tensors one after another, with zeros between them. */
function collector(location: string): { readonly sink: DataSink; readonly parts: readonly Uint8Array[] } {
  const parts: Uint8Array[] = [];
  let end = 0;
  const sink: DataSink = (bytes) => {
    if (bytes.length < SMALL_TENSOR_BYTES) return null;
    const offset = Math.ceil(end / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    parts.push(new Uint8Array(offset - end), bytes);
    end = offset + bytes.length;
    return { location, offset };
  };
  return { sink, parts };
}
