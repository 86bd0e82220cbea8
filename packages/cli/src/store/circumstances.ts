/**
 * The circumstances of a run: versions and machine. With the same versions the same seed gives the same bytes.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const manifest = z.object({ version: z.string() });

function versionIn(path: string): string {
  return manifest.parse(JSON.parse(readFileSync(path, "utf8"))).version;
}

/** The versions of Potluck, of Node, and of the tensor runtime that the engine has. */
export function versionsHere(): Readonly<Record<string, string>> {
  const engine = createRequire(import.meta.url).resolve("@potluck/engine");
  return {
    potluck: versionIn(join(import.meta.dirname, "../../package.json")),
    node: process.versions.node,
    onnxruntime: versionIn(createRequire(engine).resolve("onnxruntime-node/package.json")),
  };
}

/** Of those, the versions that a result depends on. */
export function softwareHere(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versionsHere()).filter(([name]) => decidesResults(name)));
}

/** Whether a result depends on the version of this: Node's does not change it. */
export function decidesResults(name: string): boolean {
  return name !== "node";
}

/** The version of the npm package `name` that `user`, a package of Potluck's, finds; undefined if it is not installed. */
export function versionFoundBy(user: string, name: string): string | undefined {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve(user));
  let path: string;
  try {
    path = resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
  return versionIn(path);
}

/** The machine: none of it changes a result. */
export function environmentHere(): Readonly<Record<string, string | number>> {
  return {
    platform: platform(),
    release: release(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}
