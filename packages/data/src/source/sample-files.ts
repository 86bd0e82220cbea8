/**
 * Files for the tests of sources: small ones that the tests write, and the published ones where they are at hand.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@potluck/core";
import { afterAll, beforeAll } from "vitest";
import type { DataSource } from "./source.ts";

/** Makes new folders with the given files in them; an undefined one is left out. They go when the tests are over. */
export function folders(): (files: Readonly<Record<string, Uint8Array | string | undefined>>) => Promise<string> {
  let root = "";
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "potluck-data-"));
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });
  return async (files) => {
    const folder = await mkdtemp(join(root, "set-"));
    for (const [name, content] of Object.entries(files)) {
      if (content !== undefined) await writeFile(join(folder, name), content);
    }
    return folder;
  };
}

/** The fault with which loading is refused; it always says what to do. */
export async function loadFault(source: DataSource): Promise<Fault> {
  const fault = await source.load().catch((error: unknown) => error);
  if (fault instanceof Fault && fault.remedy !== "") return fault;
  throw new Error(`expected a Fault with a remedy, got ${String(fault)}`);
}

/** Published data beside the repository, in a folder called shared/data; and the word where it is not there. */
export function published(name: string): { readonly path: string; readonly isMissing: boolean; readonly word: string } {
  const path = join(import.meta.dirname, "../../../../../shared/data", name);
  const isMissing = !existsSync(path);
  return { path, isMissing, word: isMissing ? ` (skipped: there is no ../shared/data/${name})` : "" };
}
