/**
 * The command line as tests use it: what is typed, what is said, and a scenario that is done in a moment.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { main } from "./main.ts";
import type { Terminal } from "./terminal.ts";

/** What a command has said. */
export interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line and keeps what it says. */
export async function say(...words: readonly string[]): Promise<Said> {
  const said = { out: "", err: "" };
  const terminal: Terminal = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    interactive: false,
    columns: 100,
  };
  const exitCode = await main(words, terminal);
  return { exitCode, ...said };
}

/** Writes a file, as text or as JSON, and returns its path. */
export async function written(folder: string, name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** A table of 60 rows as CSV, with columns x, which is multiplied by `factor`, and y, and an answer, yes or no. */
export function sampleTable(factor: number): string {
  const rows = Array.from({ length: 60 }, (_, at) => `${factor * at},${at % 7},${at % 2 === 0 ? "yes" : "no"}`);
  return `x,y,answer\n${rows.join("\n")}\n`;
}
