/**
 * Reading JSON that people write: what is wrong with a text is said with its line and column, and a field that an object has
 * twice is refused, of which the parser would silently take the last.
 *
 * @module
 */
import { invariant } from "@potluck/core";

/** The value of a JSON text, or a sentence with what is wrong with it and where. */
export type JsonReading =
  { readonly kind: "value"; readonly value: unknown } | { readonly kind: "problem"; readonly what: string };

/** What a JSON text holds. */
export function readJson(text: string): JsonReading {
  const reading = parsed(text);
  if (reading === null) return { kind: "problem", what: `it is not JSON: ${syntaxProblem(text)}` };
  const twice = fieldTwice(text);
  if (twice === null) return reading;
  const what = `the field ${twice.name} is given twice in one object (${placeText(text, twice.at)})`;
  return { kind: "problem", what };
}

function parsed(text: string): JsonReading | null {
  try {
    return { kind: "value", value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** "line 3 column 4", both from 1. */
function placeText(text: string, at: number): string {
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length} column ${(lines.at(-1) ?? "").length + 1}`;
}

/** A text, with a colon if it names a field; or where an object begins or ends. */
const FIELD = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g;

/** The first field of a valid JSON text that its object has before; null if there is none. */
function fieldTwice(text: string): { readonly name: string; readonly at: number } | null {
  const objects: Set<unknown>[] = [];
  for (const { 0: token, 1: name, 2: colon, index: at } of text.matchAll(FIELD)) {
    if (token === "{") objects.push(new Set());
    else if (token === "}") objects.pop();
    else if (name !== undefined && colon !== undefined) {
      const spelt: unknown = name.includes("\\") ? JSON.parse(name) : name.slice(1, -1);
      const names = objects.at(-1);
      if (names?.has(spelt) === true) return { name, at };
      names?.add(spelt);
    }
  }
  return null;
}

/** What has to come next. */
const EXPECTED = {
  value: "a value",
  "value or end": 'a value or "]"',
  name: "a name in double quotes",
  "name or end": 'a name in double quotes or "}"',
  colon: 'a ":"',
  "more or end": 'a "," or the end of what is open',
  nothing: "nothing more",
} as const;
type Expected = keyof typeof EXPECTED;

const SPACE = /[ \t\n\r]*/y;
/** Texts hold anything but quotes, backslashes that do not escape, and control characters. */
const TOKEN =
  /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/y;
const BEGUN_TEXT = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*/y;

/** Where a text that is not JSON ceases to be, and why. */
function syntaxProblem(text: string): string {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;
  for (;;) {
    at += lengthOf(SPACE, text, at);
    const length = lengthOf(TOKEN, text, at);
    const next = after(text.slice(at, at + length), expected, open);
    if (next === null) return problemAt(text, at, expected);
    expected = next;
    at += length;
  }
}

function problemAt(text: string, at: number, expected: Expected): string {
  const isBroken = text[at] === '"' && lengthOf(TOKEN, text, at) === 0;
  const place = isBroken ? at + lengthOf(BEGUN_TEXT, text, at) : at;
  const found = place === text.length ? "the end" : JSON.stringify(String.fromCodePoint(text.codePointAt(place) ?? 0));
  const wanted = isBroken ? "the rest of a text in double quotes" : EXPECTED[expected];
  return `${found} stands where ${wanted} should (${placeText(text, place)})`;
}

/** How much of the text, from `at` on, the sticky pattern takes; 0 for nothing. */
function lengthOf(pattern: RegExp, text: string, at: number): number {
  invariant(pattern.sticky, "a sticky pattern");
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** What has to come after `token`, or null if that may not be where something else is expected. Keeps what is `open`. */
function after(token: string, expected: Expected, open: string[]): Expected | null {
  switch (expected) {
    case "value":
    case "value or end":
      if (token === "]") return expected === "value or end" ? closed(open) : null;
      return afterValue(token, open);
    case "name":
    case "name or end":
      if (token === "}") return expected === "name or end" ? closed(open) : null;
      return token.startsWith('"') ? "colon" : null;
    case "colon":
      return token === ":" ? "value" : null;
    case "more or end":
      if (token === ",") return open.at(-1) === "{" ? "name" : "value";
      return token === (open.at(-1) === "{" ? "}" : "]") ? closed(open) : null;
    case "nothing":
      return null;
  }
}

function afterValue(token: string, open: string[]): Expected | null {
  if (token === "" || token === "}" || token === "," || token === ":") return null;
  if (token !== "{" && token !== "[") return afterAll(open);
  open.push(token);
  return token === "{" ? "name or end" : "value or end";
}

function closed(open: string[]): Expected {
  open.pop();
  return afterAll(open);
}

/** What comes after a value that is whole. */
function afterAll(open: readonly string[]): Expected {
  return open.length === 0 ? "nothing" : "more or end";
}
