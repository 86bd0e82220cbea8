/**
 * Datasets from files that are in memory already, as pages have them: what the sources `csv` and `idx` make of files on a disk.
 *
 * @module
 */
import { type Dataset, Fault } from "@potluck/core";
import { corrupt, textIn } from "./contents.ts";
import { tableDataset } from "./csv-dataset.ts";
import { parseTable } from "./csv-format.ts";
import { IDX_HEADER_LIMIT_BYTES, parseIdxHeader } from "./idx-format.ts";

/** A file in memory. */
export interface FileContents {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a table is about. */
export interface TableOptions {
  /** The column that is to be told. */
  readonly target: string;
  /** Whether its different values are classes, the default, or it is a number to predict. */
  readonly targetAs?: "class" | "number";
}

/** The dataset of a table of comma-separated values, see {@link csv}. Throws its faults. */
export function tableExamples({ name, bytes }: FileContents, { target, targetAs = "class" }: TableOptions): Dataset {
  const table = parseTable(textIn(bytes, name), ",", name);
  return tableDataset(table, { target, targetAs, columns: [], scaling: "standard", testShare: 0.2, seed: 0 });
}

/**
 * The dataset of two IDX files, in whatever order: features of bytes, and labels. All of them are to train on. Throws Fault "file-corrupt",
 * and "data-invalid" where the files do not belong together.
 */
export function idxExamples(files: readonly FileContents[]): Dataset {
  const arrays = files.map(readArray);
  const labels = arrays.find(({ dimensions }) => dimensions.length === 1);
  const features = arrays.find(({ dimensions }) => dimensions.length > 1);
  const [count = 0, ...row] = features?.dimensions ?? [];
  if (features === undefined || labels === undefined || labels.bytes.length !== count) {
    const message = `${files.map(({ name }) => name).join(", ")}: no features and as many labels`;
    throw new Fault("data-invalid", message, "Choose a file of features and the file of their labels.");
  }
  const shape = row.length === 2 ? [1, ...row] : row;
  const classes = 1 + labels.bytes.reduce((most, label) => Math.max(most, label), 0);
  const train = { count, shape, features: features.bytes, scale: 1 / 255, labels: labels.bytes, classes };
  const none = { ...train, count: 0, features: new Uint8Array(0), labels: new Uint8Array(0) };
  return { name: "your files", train, test: none };
}

function readArray({ name, bytes }: FileContents): {
  readonly dimensions: readonly number[];
  readonly bytes: Uint8Array;
} {
  const { type, dimensions, offsetBytes } = parseIdxHeader(
    bytes.subarray(0, IDX_HEADER_LIMIT_BYTES),
    name,
    bytes.length,
  );
  if (type !== "uint8") throw corrupt(name, "its elements are no bytes", "Choose files whose elements are bytes.");
  return { dimensions, bytes: bytes.slice(offsetBytes) };
}
