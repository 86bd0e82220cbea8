/**
 * Your own table: a file of comma-separated values with a header. One column is what is to be told, the target; the
 * others are what it is told from. Columns of numbers stay numbers, all others become one number for each value, 1 or 0.
 *
 *     x_j = (value_j − mean_j) / deviation_j,   mean and deviation over the rows that are trained on
 *
 * for columns of numbers, unless `scaling` is "none". A share of the rows, drawn with `seed`, is held out. The target is a
 * class or, with `targetAs` "number", a number to predict, scaled like the others: a mean squared error is then in squared
 * deviations, and 1 is that of always saying the mean.
 *
 * Trust: sizes, numbers and missing values are checked; whether the table is true is not.
 *
 * @module
 */
import { disk } from "#disk";
import { definePart, type PartFactory } from "@potluck/core";
import { tableDataset, type TableColumn } from "./csv-dataset.ts";
import { parseTable } from "./csv-format.ts";
import { readText } from "./file.ts";
import type { DataSource } from "./source.ts";

/** Options of {@link csv}. */
export interface CsvOptions {
  /** The file, relative to the working directory. */
  readonly file: string;
  /** The name of the column that is to be told. */
  readonly target: string;
  /** Whether the target's 2 … 256 different values are classes, the default, or it is a number to predict. */
  readonly targetAs?: "class" | "number";
  /** Columns whose use their values should not decide; [] by default. */
  readonly columns?: readonly TableColumn[];
  /** What stands between fields; "comma" by default. */
  readonly separator?: "comma" | "semicolon" | "tab" | "bar";
  /** Whether numbers, a target among them, are given mean 0 and deviation 1, the default, or left as they are. */
  readonly scaling?: "standard" | "none";
  /** Share of the rows, > 0 and ≤ 0.9, that is held out; 0.2 by default. */
  readonly testShare?: number;
  /** Seed of which rows are held out, a whole number ≥ 0; 0 by default. It is not the seed of the run. */
  readonly seed?: number;
}

const SEPARATORS = { comma: ",", semicolon: ";", tab: "\t", bar: "|" } as const;

/** The source `csv`. Throws Fault "option-invalid"; loading rejects with the faults of its file. */
export const csv: PartFactory<CsvOptions, DataSource> = definePart<CsvOptions, DataSource>({
  room: "data",
  name: "csv",
  about: "Your own table: a file of comma-separated values with a header.",
  fights: [],
  options: {
    file: { kind: "text", path: "file", about: "the file" },
    target: { kind: "text", about: "the column that is to be told" },
    targetAs: {
      kind: "choice",
      of: ["class", "number"],
      default: "class",
      about: "whether the target's different values are classes, or it is a number to predict",
    },
    columns: {
      kind: "records",
      of: {
        name: { kind: "text", about: "the name of the column" },
        as: { kind: "choice", of: ["number", "category", "key", "ignored"], about: "what it is used for" },
      },
      default: [],
      about: "columns whose use their values should not decide",
    },
    separator: {
      kind: "choice",
      of: ["comma", "semicolon", "tab", "bar"],
      default: "comma",
      about: "what stands between fields",
    },
    scaling: {
      kind: "choice",
      of: ["standard", "none"],
      default: "standard",
      about: "whether numbers, the target among them, are given mean 0 and deviation 1",
    },
    testShare: { kind: "number", above: 0, maximum: 0.9, default: 0.2, about: "share of the rows that is held out" },
    seed: { kind: "number", integer: true, minimum: 0, default: 0, about: "seed of which rows are held out" },
  },
  make: (options) => ({
    targetKind: options.targetAs === "number" ? "numbers" : "classes",
    load: async () => {
      const path = disk.resolve(options.file);
      return tableDataset(parseTable(await readText(path), SEPARATORS[options.separator], path), options);
    },
  }),
});
