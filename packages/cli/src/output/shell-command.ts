/**
 * Commands as lines that a POSIX shell reads back as the same words.
 *
 * @module
 */
import { DEFAULT_STORE } from "../store/run-store.ts";

/** What means nothing to a shell wherever it stands. */
const HARMLESS = /^[\w@%+=:,./-]+$/;

/** A command line of these words, each in quotes if a shell would take it for something else. */
export function shellCommand(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** The command line that runs Potluck with these words on the store in `store`, which is named where it is not the default. */
export function potluckLine(words: readonly string[], store: string): string {
  return shellCommand(["npx", "potluck", ...words, ...(store === DEFAULT_STORE ? [] : ["--store", store])]);
}

/** The command line that simulates the scenario in the file at `path` with this seed. */
export function simulateLine(path: string, seed: number, store: string): string {
  return potluckLine(["simulate", path, "--seed", String(seed)], store);
}

/** The command line that runs it live. */
export function liveLine(path: string, seed: number, store: string): string {
  return potluckLine(["live", path, "--seed", String(seed)], store);
}

/** `--seeds` with these seeds, as it is typed: how many, where they are counted from 1 on, or else a list. */
export function seedsWords(seeds: readonly number[]): readonly string[] {
  const isCounted = seeds.every((seed, at) => seed === at + 1);
  return ["--seeds", isCounted ? String(seeds.length) : seeds.join(",")];
}

function quoted(word: string): string {
  return HARMLESS.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
