/**
 * A dataset from a table. What becomes of its columns and rows is said in `csv.ts`.
 *
 * @module
 */
import { type Dataset, type Examples, Fault, fold, type Owners, permutation, rootKey } from "@potluck/core";
import { type Column, type ColumnKind, columnOf, isNumber, isTooLarge, numbersOf, valuesOf } from "./csv-columns.ts";
import type { Table } from "./csv-format.ts";
import { checkMadeBytes, sharedBytes, sharedFloats, sharedWords } from "./source.ts";

/** What a column is used for, where its values should not decide. */
export interface TableColumn {
  readonly name: string;
  /** Numbers; categories; whose the row is, for the partitioner `by-key`; or nothing. */
  readonly as: ColumnKind | "key" | "ignored";
}

/** What is made of a table; the fields are the options of the source `csv`. */
export interface TableRequest {
  readonly target: string;
  readonly targetAs: "class" | "number";
  readonly columns: readonly TableColumn[];
  readonly scaling: "standard" | "none";
  readonly testShare: number;
  readonly seed: number;
}

/** The dataset that `options` make of a table. Throws Fault "file-corrupt", "data-invalid" or "option-invalid". */
export function tableDataset(table: Table, options: TableRequest): Dataset {
  checkNames(table, options);
  const answers = answersOf(table, options);
  const columns = learntFrom(table, options);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  checkMadeBytes('data "csv"', 4 * width * table.rows.length, "Leave out columns of many categories, or rows.");
  const { train, test } = heldOut(table, options);
  const whole = { columns, width, answers, owners: ownersOf(table, options) };
  const parts = { train: examplesOf(train, whole), test: examplesOf(test, whole) };
  if (options.scaling === "standard") {
    standardise(parts, columns);
    standardiseTargets(parts);
  }
  const name = (table.path.split(/[\\/]/u).at(-1) ?? "").replace(/(?<=.)[.][^.]*$/u, "");
  return answers.kind === "classes" ? { name, classNames: answers.names, ...parts } : { name, ...parts };
}

/** Throws Fault "data-invalid" where a column is named that is not there, or that cannot be used so. */
function checkNames({ path, header }: Table, { target, columns }: TableRequest): void {
  const refused = (what: string, remedy: string): Fault => new Fault("data-invalid", `${path}: ${what}`, remedy);
  const names = columns.map(({ name }) => name);
  const unknown = [target, ...names].find((name) => !header.includes(name));
  if (unknown !== undefined) {
    throw refused(`it has no column "${unknown}"`, `Its columns are ${header.join(", ")}. Check the separator, too.`);
  }
  if (names.includes(target)) {
    throw refused(`the target "${target}" is used as something else`, "Leave it out of columns.");
  }
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw refused(`columns names "${twice}" twice`, "Say once what it is used for.");
  if (columns.filter(({ as }) => as === "key").length > 1) {
    throw refused("two columns are used as key", "Let one column say whose each row is.");
  }
}

/** What rows are to be answered with: classes of such a number, each by its label, or numbers. */
type Answers = ({ readonly kind: "classes" } & Classes) | { readonly kind: "numbers"; readonly values: Float32Array };

/** Classes by their labels, and the label of each row. */
interface Classes {
  readonly names: readonly string[];
  readonly labels: Uint8Array;
}

function answersOf(table: Table, { target, targetAs }: TableRequest): Answers {
  const at = table.header.indexOf(target);
  if (targetAs === "number") return { kind: "numbers", values: numbersOf(table, at, 'set targetAs to "class"') };
  return { kind: "classes", ...classesOf(table, at) };
}

/** The classes: the different values of the target, numbers in their order, others in that of their characters. */
function classesOf(table: Table, at: number): Classes {
  const values = valuesOf(table, at);
  const areNumbers = values.every((value) => isNumber(value) && !isTooLarge(value));
  // "1" and "1.0" are one class.
  const nameOf = (value: string): string => (areNumbers ? String(Number(value)) : value);
  const different = [...new Set(values.map(nameOf))];
  const ordered = areNumbers ? different.sort((a, b) => Number(a) - Number(b)) : different.sort();
  if (ordered.length < 2 || ordered.length > 256) {
    const what = `the target "${table.header[at]}" has ${ordered.length} different values, and classes are 2 to 256`;
    const remedy =
      'Choose a column of classes; to predict a number, set targetAs to "number" and choose a loss of numbers.';
    throw new Fault("data-invalid", `${table.path}: ${what}`, remedy);
  }
  const numbers = new Map(ordered.map((value, label) => [value, label]));
  return { names: ordered, labels: Uint8Array.from(values, (value) => numbers.get(nameOf(value)) ?? 0) };
}

/** The columns that are learnt from. Throws Fault "data-invalid" where there are none. */
function learntFrom(table: Table, { target, columns }: TableRequest): readonly Column[] {
  const uses = new Map(columns.map(({ name, as }) => [name, as]));
  const learnt = table.header.flatMap((name, at) => {
    const use = uses.get(name) ?? null;
    return name === target || use === "key" || use === "ignored" ? [] : [columnOf(table, at, use)];
  });
  if (learnt.length > 0) return learnt;
  const remedy = "Give the table more columns, or ignore fewer.";
  throw new Fault("data-invalid", `${table.path}: no column is left to tell "${target}" from`, remedy);
}

/** Whose the rows of the table are, owners in the order of their first rows; null without a key. */
function ownersOf(table: Table, { columns }: TableRequest): Owners | null {
  const key = columns.find(({ as }) => as === "key");
  if (key === undefined) return null;
  const values = valuesOf(table, table.header.indexOf(key.name));
  const names = [...new Set(values)];
  const numbers = new Map(names.map((name, owner) => [name, owner]));
  return { names, ofRow: Uint32Array.from(values, (value) => numbers.get(value) ?? 0) };
}

/** Which rows of the table are trained on and which held out, each in the order of the table: at least one of each. */
function heldOut(
  { path, rows }: Table,
  { testShare, seed }: TableRequest,
): { readonly train: Uint32Array; readonly test: Uint32Array } {
  if (rows.length < 2) {
    const remedy = "Give it at least one row to train on and one to hold out.";
    throw new Fault("data-invalid", `${path}: one row is too few`, remedy);
  }
  const held = Math.min(rows.length - 1, Math.max(1, Math.round(testShare * rows.length)));
  const order = permutation(fold(fold(rootKey(seed), "csv"), "held out"), rows.length);
  return { train: order.slice(held).sort(), test: order.slice(0, held).sort() };
}

interface Whole {
  readonly columns: readonly Column[];
  readonly width: number;
  readonly answers: Answers;
  readonly owners: Owners | null;
}

/** The given rows of the table. */
function examplesOf(rows: Uint32Array, { columns, width, answers, owners }: Whole): Examples {
  const features = sharedFloats(rows.length * width);
  const ofRow = sharedWords(rows.length);
  rows.forEach((row, at) => {
    ofRow[at] = owners?.ofRow[row] ?? 0;
    let start = at * width;
    for (const column of columns) {
      column.write(row, features, start);
      start += column.width;
    }
  });
  const examples = { count: rows.length, shape: [width], features, scale: 1, ...answersFor(rows, answers) };
  return owners === null ? examples : { ...examples, owners: { names: owners.names, ofRow } };
}

/** The labels or targets of the given rows. */
function answersFor(rows: Uint32Array, answers: Answers): Pick<Examples, "labels" | "classes" | "targets"> {
  if (answers.kind === "numbers") {
    const values = sharedFloats(rows.length);
    values.set(Float32Array.from(rows, (row) => answers.values[row] ?? 0));
    return { labels: sharedBytes(0), classes: 0, targets: { values, shape: [1] } };
  }
  const labels = sharedBytes(rows.length);
  labels.set(Uint8Array.from(rows, (row) => answers.labels[row] ?? 0));
  return { labels, classes: answers.names.length };
}

/** Shifts and scales the columns of numbers, in place, by what they are over the rows that are trained on. */
function standardise({ train, test }: Omit<Dataset, "name">, columns: readonly Column[]): void {
  const [width = 1] = train.shape;
  let at = 0;
  for (const column of columns) {
    if (column.kind === "number") standardiseColumn([train.features, test.features], { at, width });
    at += column.width;
  }
}

/** The same for the numbers to predict, where there are such. */
function standardiseTargets({ train, test }: Omit<Dataset, "name">): void {
  if (train.targets === undefined || test.targets === undefined) return;
  standardiseColumn([train.targets.values, test.targets.values], { at: 0, width: 1 });
}

/** Where the values of a column stand: from `at` on, one for each `width`. */
interface Place {
  readonly at: number;
  readonly width: number;
}

/** Shifts and scales a column, in place, by what it is over the rows that are trained on. */
function standardiseColumn([train, test]: readonly [Examples["features"], Examples["features"]], place: Place): void {
  const [mean, deviation] = momentsOf(train, place);
  for (const values of [train, test]) {
    for (let i = place.at; i < values.length; i += place.width) values[i] = ((values[i] ?? 0) - mean) / deviation;
  }
}

/** Mean and standard deviation of a column; a deviation of 1 where all values are the same. */
function momentsOf(values: Examples["features"], { at, width }: Place): readonly [number, number] {
  const count = values.length / width;
  let sum = 0;
  for (let i = at; i < values.length; i += width) sum += values[i] ?? 0;
  const mean = sum / count;
  let squares = 0;
  for (let i = at; i < values.length; i += width) squares += ((values[i] ?? 0) - mean) ** 2;
  return [mean, squares === 0 ? 1 : Math.sqrt(squares / count)];
}
