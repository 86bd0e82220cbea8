/**
 * Rooms and their methods, found by the shape of the house: a folder of a package's sources is a room when it holds
 * a contract of its own name (`pacing/pacing.ts`) and a list of methods (`pacing/index.ts`); its methods are the
 * files that the list exports from.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** A room: its folder, and its method files. All paths are relative to the repository, with forward slashes. */
export interface Room {
  readonly folder: string;
  readonly methods: readonly string[];
}

/** The rooms of all packages of the repository at `root`, in alphabetical order. */
export function findRooms(root: string): readonly Room[] {
  return foldersOf(root, "packages")
    .flatMap((name) => foldersOf(root, `packages/${name}/src`).map((folder) => `packages/${name}/src/${folder}`))
    .filter((folder) => isRoom(root, folder))
    .map((folder) => ({ folder, methods: methodsOf(root, folder) }));
}

function isRoom(root: string, folder: string): boolean {
  const files = [`${posix.basename(folder)}.ts`, "index.ts"];
  return files.every((name) => existsSync(join(root, folder, name)));
}

/** The files that the room's list exports values from, the contract excepted. */
function methodsOf(root: string, folder: string): readonly string[] {
  const list = readFileSync(join(root, folder, "index.ts"), "utf8");
  const exported = list.matchAll(/^export (?!type\b)[^;]*? from "\.\/([\w./-]+\.ts)"/gmu);
  const files = Array.from(exported, ([, file]) => `${folder}/${file}`);
  return [...new Set(files)].filter((file) => file !== `${folder}/${posix.basename(folder)}.ts`);
}

function foldersOf(root: string, path: string): readonly string[] {
  if (!existsSync(join(root, path))) return [];
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map((entry) => entry.name)
    .sort();
}
