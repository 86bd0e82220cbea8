import { Fault } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { PLAIN_FEATURES } from "../training/program.ts";
import { checkRows, type ExampleRows, type RowFormat } from "./feeds.ts";

const plain: RowFormat = {
  features: PLAIN_FEATURES,
  exampleShape: [2],
  vocabulary: null,
  targets: null,
  labels: null,
  probabilities: null,
};
const tokens: RowFormat = {
  ...plain,
  features: { dataType: "int32", scale: 1 },
  vocabulary: { rows: [20, 20], cutsFractions: false },
};
/** Two columns, of which only the second chooses from a table. */
const tabular: RowFormat = { ...tokens, vocabulary: { rows: [Infinity, 5], cutsFractions: false } };
const cut: RowFormat = { ...plain, vocabulary: { rows: [Infinity, 5], cutsFractions: true } };
const labelled: RowFormat = {
  ...plain,
  targets: { dataType: "int64", shape: [] },
  labels: { classes: 3, ignored: null },
};
const single: RowFormat = {
  ...plain,
  targets: { dataType: "float32", shape: [2] },
  probabilities: "single",
};
const distribution: RowFormat = { ...single, probabilities: "distribution" };
const twoRows = new Float32Array(4);

/** What is said of rows that do not fit. */
function faultOf(rows: { readonly features: unknown; readonly targets?: unknown }, format: RowFormat): string {
  try {
    // oxlint-disable-next-line potluck/no-type-assertion -- what the types rule out comes from JavaScript without types
    checkRows(rows as ExampleRows, format);
  } catch (error) {
    if (error instanceof Fault && error.code === "data-invalid") return error.message;
    throw error;
  }
  return "nothing";
}

describe("rows that do not fit are refused, and the fault says which one and why:", () => {
  const plainNumbers = "and must be a Float32Array, a Uint8Array or an Int32Array";
  test.each<[string, Parameters<typeof faultOf>[0], RowFormat, string]>([
    [
      "features of float64",
      { features: new Float64Array(4) },
      plain,
      `the features are a Float64Array, ${plainNumbers}`,
    ],
    ["features in a list", { features: [1, 2] }, plain, `the features are an Array, ${plainNumbers}`],
    ["no features", { features: undefined }, plain, `the features are undefined, ${plainNumbers}`],
    [
      "features of another type than was said",
      { features: new Uint8Array(4) },
      plain,
      "the features are uint8, and the program was made for float32",
    ],
    [
      "targets in lists",
      { features: twoRows, targets: [[1], [2]] },
      { ...plain, targets: { dataType: "float32", shape: [1] } },
      "row 0 of the targets holds a list, and targets are plain numbers, one row after another",
    ],
    [
      "a target that float32 does not hold",
      { features: twoRows, targets: [1, 1e300] },
      { ...plain, targets: { dataType: "float32", shape: [1] } },
      "row 1 of the targets holds 1e+300, which is beyond the numbers of float32",
    ],
    [
      "a feature that is not finite",
      { features: Float32Array.of(0, 0, 0, NaN) },
      plain,
      "row 1 of the features holds NaN, which is not a finite number",
    ],
    [
      "a token beyond the table",
      { features: Int32Array.of(0, 19, 3, 20) },
      tokens,
      "row 1 of the features holds 20, and the model's table has rows 0 to 19",
    ],
    [
      "a token below zero",
      { features: Int32Array.of(-1, 19) },
      tokens,
      "row 0 of the features holds -1, and the model's table has rows 0 to 19",
    ],
    [
      "a token that is not whole",
      { features: Float32Array.of(1, 2.5) },
      { ...tokens, features: PLAIN_FEATURES },
      "row 0 of the features holds 2.5, and the model's table has rows 0 to 19",
    ],
    [
      "a token beyond the table of its column",
      { features: Int32Array.of(50, 4, 60, 5) },
      tabular,
      "row 1 of the features holds 5 in column 1, and the model's table has rows 0 to 4",
    ],
    [
      "a token below zero in one column of several",
      { features: Int32Array.of(50, -1) },
      tabular,
      "row 0 of the features holds -1 in column 1, and the model's table has rows 0 to 4",
    ],
    [
      "a float that is cut to a number beyond the table",
      { features: Float32Array.of(-7.5, 4.75, 9, 5.25) },
      cut,
      "row 1 of the features holds 5.25 in column 1, and the model's table has rows 0 to 4",
    ],
    [
      "a stored number that is one beyond the table once it is scaled",
      { features: Uint8Array.of(255, 9, 255, 10) },
      { ...cut, features: { dataType: "uint8", scale: 0.5 } },
      "row 1 of the features holds 10 in column 1, and the model's table has rows 0 to 4",
    ],
    [
      "labels in 64 bits",
      { features: twoRows, targets: BigInt64Array.of(0n, 1n) },
      labelled,
      "the targets are a BigInt64Array, and must be plain numbers",
    ],
    [
      "a label that is no class",
      { features: twoRows, targets: [0, 3] },
      labelled,
      "row 1 of the targets holds 3, and the model knows 0 to 2",
    ],
    [
      "a label in quotes",
      { features: twoRows, targets: ["0", 1] },
      labelled,
      'row 0 of the targets holds "0", and the model knows 0 to 2',
    ],
    [
      "a target above 1",
      { features: twoRows, targets: [0, 1, 0, 1.5] },
      single,
      "row 1 of the targets holds 1.5, which is no probability",
    ],
    [
      "a target below 0",
      { features: twoRows, targets: [-1, 1, 0, 1] },
      single,
      "row 0 of the targets holds -1, which is no probability",
    ],
    [
      "several classes at a time",
      { features: twoRows, targets: [0, 1, 1, 1] },
      distribution,
      "row 1 of the targets holds probabilities of 2 classes whose sum is 2 instead of 1",
    ],
  ])("%s", (_, rows, format, message) => {
    expect(faultOf(rows, format)).toBe(message);
  });
});

test.each<[string, ExampleRows, RowFormat]>([
  ["all tokens that the table has", { features: Int32Array.of(0, 19) }, tokens],
  ["any numbers in columns that choose nothing", { features: Int32Array.of(-50, 0, 1000, 4) }, tabular],
  ["floats that are cut to rows of the table", { features: Float32Array.of(-7.5, -0.75, 9, 4.75) }, cut],
  ["probabilities one by one", { features: twoRows, targets: [0, 1, 1, 0.5] }, single],
  ["probabilities rounded to few bits", { features: twoRows, targets: [0.3, 0.703, 1, 0] }, distribution],
])("%s are taken", (_, rows, format) => {
  expect(checkRows(rows, format)).toBe(rows.features.length / 2);
});
