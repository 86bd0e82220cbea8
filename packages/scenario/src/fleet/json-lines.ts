/**
 * Where in a JSON text the entries of a list are: the parser tells only what they are.
 *
 * @module
 */

/** A string, a bracket or mark, or a number or word. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/gu;

/** By how much deeper the text is after a bracket. */
const DEEPER: ReadonlyMap<string, number> = new Map([
  ["[", 1],
  ["{", 1],
  ["]", -1],
  ["}", -1],
]);

/**
 * The line, from 1, on which the entry `at` of the list begins that the field `field` of the outermost object holds. `text` is
 * valid JSON in which that entry exists. Of a field that is there twice, the last counts, as it does for the parser.
 */
export function entryLine(text: string, field: string, at: number): number {
  const begin = entryBegins(text, field)[at] ?? 0;
  return text.slice(0, begin).split("\n").length;
}

/** Where the entries of the list begin. */
function entryBegins(text: string, field: string): readonly number[] {
  let begins: number[] = [];
  let depth = 0;
  let inside = false;
  let [beforeLast, last] = ["", ""];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const opens = depth === 1 && token === "[" && last === ":" && beforeLast === JSON.stringify(field);
    if (inside && depth === 2 && (last === "[" || last === ",") && token !== "]") begins.push(index);
    if (opens) begins = [];
    depth += DEEPER.get(token) ?? 0;
    inside = opens || (inside && depth >= 2);
    [beforeLast, last] = [last, token];
  }
  return begins;
}
