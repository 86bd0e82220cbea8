/**
 * Reading the binary files in which CIFAR is published: records one after another, without a header. A record is its
 * label bytes, then 3072 bytes of one colour image of 32 x 32: all red values row by row, all green, all blue.
 *
 * Trust: sizes and labels are checked; pixels can be any bytes.
 *
 * @module
 */
import { disk } from "#disk";
import { type Dataset, type Examples, Fault } from "@potluck/core";
import { corrupt } from "./contents.ts";
import { fileBytes, filesIn, openFile, readBytes, wantedCount } from "./file.ts";
import { sharedBytes } from "./source.ts";

/** How the records of a dataset are laid out. */
export interface CifarFormat {
  readonly labelBytes: number;
  /** Which of the label bytes is the label. */
  readonly labelAt: number;
  readonly classNames: readonly string[];
}

/** Where a CIFAR dataset lies, and how much of it is read. */
export interface CifarRequest {
  readonly name: string;
  readonly dir: string;
  readonly format: CifarFormat;
  /** Names of files to train on, of which at least one must be there. */
  readonly trainFiles: readonly string[];
  readonly testFile: string;
  readonly trainExamples: number | null;
  readonly testExamples: number | null;
}

const SHAPE = [3, 32, 32];
const PIXELS = 3072;

/**
 * Reads the dataset; its name says which files of several are trained on. Rejects with Fault "file-missing",
 * "file-corrupt", or "data-invalid" when there are fewer examples than asked for.
 */
export async function loadCifar(request: CifarRequest): Promise<Dataset> {
  const { name, dir, format, trainFiles, testFile } = request;
  const there = await filesIn(dir);
  const found = trainFiles.filter((file) => there.includes(file));
  if (found.length === 0) throw absent(dir, trainFiles);
  if (!there.includes(testFile)) throw absent(dir, [testFile]);
  const pathsOf = (files: readonly string[]): readonly string[] => files.map((file) => disk.resolve(dir, file));
  const train = await readRecords(pathsOf(found), format, request.trainExamples);
  const test = await readRecords(pathsOf([testFile]), format, request.testExamples);
  const { classNames } = format;
  return { name: found.length === trainFiles.length ? name : `${name} (${found.join(", ")})`, classNames, train, test };
}

function absent(dir: string, files: readonly string[]): Fault {
  const what = files.length === 1 ? `no ${files.join("")}` : `none of ${files.join(", ")}`;
  const remedy =
    "Unpack the binary version of the dataset (not the Python one), and give the folder of its .bin files.";
  return new Fault("file-missing", `${dir} holds ${what}`, remedy);
}

/** The first `limit` records of the files, all if it is null. */
async function readRecords(paths: readonly string[], format: CifarFormat, limit: number | null): Promise<Examples> {
  const counts: number[] = [];
  for (const path of paths) counts.push(await recordsIn(path, format));
  const available = counts.reduce((sum, count) => sum + count, 0);
  const count = wantedCount(paths.join(", "), available, limit);
  const features = sharedBytes(count * PIXELS);
  const labels = sharedBytes(count);
  let start = 0;
  for (const [at, path] of paths.entries()) {
    const end = Math.min(count, start + (counts[at] ?? 0));
    const part = { features: features.subarray(start * PIXELS, end * PIXELS), labels: labels.subarray(start, end) };
    await readInto(part, path, format);
    start = end;
  }
  return { count, shape: SHAPE, features, scale: 1 / 255, labels, classes: format.classNames.length };
}

/** How many records the file holds. Rejects with Fault "file-corrupt" unless they are whole. */
async function recordsIn(path: string, { labelBytes }: CifarFormat): Promise<number> {
  const size = await fileBytes(path);
  const recordBytes = labelBytes + PIXELS;
  if (size === 0) throw corrupt(path, "it is empty: not a single byte");
  if (size % recordBytes === 0) return size / recordBytes;
  const whole = Math.floor(size / recordBytes);
  throw corrupt(
    path,
    `it ends at byte ${size}, inside record ${whole}, which begins at byte ${whole * recordBytes}: ` +
      `records have ${recordBytes} bytes`,
  );
}

/** Fills the features and labels with the first records of the file. Rejects with Fault "file-corrupt". */
async function readInto(
  { features, labels }: Pick<Examples, "labels"> & { readonly features: Uint8Array },
  path: string,
  { labelBytes, labelAt, classNames }: CifarFormat,
): Promise<void> {
  const classes = classNames.length;
  const recordBytes = labelBytes + PIXELS;
  const file = await openFile(path);
  try {
    const bytes = await readBytes(file, { bytes: new Uint8Array(labels.length * recordBytes), at: 0 }, path);
    for (let record = 0; record < labels.length; record++) {
      const at = record * recordBytes;
      const label = bytes[at + labelAt] ?? 0;
      if (label >= classes) throw wrongLabel(path, { label, at: at + labelAt, record, classes });
      labels[record] = label;
      features.set(bytes.subarray(at + labelBytes, at + recordBytes), record * PIXELS);
    }
  } finally {
    await file.close();
  }
}

function wrongLabel(
  path: string,
  found: { readonly label: number; readonly at: number; readonly record: number; readonly classes: number },
): Fault {
  const { label, at, record, classes } = found;
  const what = `byte ${at}, the label of record ${record}, is ${label}, but ${classes} classes allow 0 to ${classes - 1}`;
  return corrupt(path, what, "Check that it is a file of this very dataset, and fetch it again.");
}
