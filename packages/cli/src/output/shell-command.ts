/**
 * Commands as lines that a POSIX shell reads back as the same words.
 *
 * @module
 */

/** What means nothing to a shell wherever it stands. */
const HARMLESS = /^[\w@%+=:,./-]+$/;

/** A command line of these words, each in quotes if a shell would take it for something else. */
export function shellCommand(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** The command line that simulates the scenario in the file at `path` with this seed. */
export function simulateLine(path: string, seed: number): string {
  return shellCommand(["npx", "potluck", "simulate", path, "--seed", String(seed)]);
}

function quoted(word: string): string {
  return HARMLESS.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
