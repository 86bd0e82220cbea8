/**
 * Data files: where a model that is larger than one file keeps its tensors. A tensor then says the name of the file, and
 * from which byte on how many bytes are its own.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { TensorProto } from "./gen/onnx_pb.ts";

/** The bytes of a data file by the name that the model calls it, or null where there is none of that name. */
export type DataFiles = (name: string) => Uint8Array | null;

/** No data files: everything is in the model itself. */
export const NO_DATA_FILES: DataFiles = () => null;

/** Where a tensor was put. */
export interface DataPlace {
  /** The name of the data file. */
  readonly location: string;
  /** From which byte on. */
  readonly offset: number;
}

/** Takes the bytes of a tensor that is written, and says where it put them; null for one that stays in the model itself. */
export type DataSink = (bytes: Uint8Array) => DataPlace | null;

/** Leaves everything in the model itself. */
export const NO_DATA_SINK: DataSink = () => null;

/** Whether a file of this name lies in the folder of the model, or in one inside it. */
export function isPlainName(name: string): boolean {
  const steps = name.split(/[\\/]/u);
  return name !== "" && !/^[\\/]|^[a-z]:/iu.test(name) && !steps.includes("..");
}

/** The bytes of a tensor that are in a data file. Throws Fault "model-invalid" or "file-missing". */
export function externalContent({ externalData, rawData }: TensorProto, where: string, files: DataFiles): Uint8Array {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const name = entries.get("location") ?? "";
  if (!isPlainName(name) || rawData.length > 0) {
    throw new Fault(
      "model-invalid",
      `${where} is kept in a file "${name}", which is no name`,
      "Export the model again.",
    );
  }
  if (files === NO_DATA_FILES) {
    throw new Fault(
      "file-missing",
      `${where} is kept in the data file "${name}", and only the model itself was given`,
      "Read both with readModelFile(path), which looks beside the model, or give readModel the content of its data files.",
    );
  }
  const file = files(name);
  if (file === null) {
    throw new Fault(
      "file-missing",
      `${where} is kept in the file "${name}", which is not there`,
      "Put it into the folder of the model, or save the model as one file (onnx.save with save_as_external_data=False).",
    );
  }
  const start = wholeNumber(entries.get("offset") ?? "0", where);
  const length = wholeNumber(entries.get("length") ?? String(file.length - start), where);
  if (start + length > file.length) {
    throw new Fault(
      "model-invalid",
      `${where} is kept in bytes ${start} to ${start + length} of "${name}", which has ${file.length}`,
      "Copy the file again: it is cut off.",
    );
  }
  return file.subarray(start, start + length);
}

function wholeNumber(text: string, where: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Fault("model-invalid", `${where} is kept at byte "${text}" of its file`, "Export the model again.");
}
