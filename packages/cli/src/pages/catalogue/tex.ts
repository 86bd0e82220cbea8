/**
 * Equations of the documentation, which are written in a small part of TeX, as elements of MathML.
 *
 * @module
 */
import type { MathNode } from "@potluck/studio";
import { accents, fences, identifiers, large, operators, spaces, written } from "./tex-symbols.ts";

/** Names with a text behind them, other names, single characters, numbers; white space says nothing. */
const TOKENS = /\\(?:text|operatorname|mathbb|begin|end)\{[^}]*\}|\\[A-Za-z]+|\\[^A-Za-z]|\d+(?:\.\d+)?|\S/gu;

/** What is read, and how far. */
interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

/** The elements of an equation, in a row. Throws TypeError for what is not understood. */
export function mathOf(tex: string): MathNode {
  const reader: Reader = { tokens: tex.match(TOKENS) ?? [], at: 0 };
  const row = rowUntil(reader, () => false);
  if (reader.at < reader.tokens.length) throw new TypeError(`"${peek(reader)}" ends nothing in ${tex}`);
  return row;
}

function peek({ tokens, at }: Reader): string {
  return tokens[at] ?? "";
}

function next(reader: Reader): string {
  const token = peek(reader);
  reader.at += 1;
  return token;
}

function expect(reader: Reader, token: string): void {
  const found = next(reader);
  if (found !== token) throw new TypeError(`"${token}" was expected, and not "${found}"`);
}

function rowUntil(reader: Reader, isEnd: (token: string) => boolean): MathNode {
  const children: MathNode[] = [];
  while (peek(reader) !== "" && peek(reader) !== "}" && !isEnd(peek(reader))) children.push(...scripted(reader));
  const [only] = children;
  return children.length === 1 && only !== undefined ? only : { tag: "mrow", children };
}

/** An element with what stands below and above it; none for a space that is left out. */
function scripted(reader: Reader): readonly MathNode[] {
  const token = peek(reader);
  const space = spaces[token];
  if (space !== undefined) {
    reader.at += 1;
    return space === null ? [] : [{ tag: "mspace", form: space }];
  }
  const hasLimits = token.slice(1) in large || token === "\\min" || token === "\\max";
  const base = atom(reader);
  let [below, above]: readonly (MathNode | null)[] = [null, null];
  for (;;) {
    const script = peek(reader);
    if (script === "_") [, below] = [next(reader), argument(reader)];
    else if (script === "^") [, above] = [next(reader), argument(reader)];
    else if (script === "'") [, above] = [next(reader), { tag: "mo", text: "′" }];
    else break;
  }
  return [...withScripts(base, { below, above, hasLimits }), ...spaceBehind(token)];
}

interface Scripts {
  readonly below: MathNode | null | undefined;
  readonly above: MathNode | null | undefined;
  readonly hasLimits: boolean;
}

function withScripts(base: MathNode, { below, above, hasLimits }: Scripts): readonly MathNode[] {
  if (below && above) return [{ tag: hasLimits ? "munderover" : "msubsup", children: [base, below, above] }];
  if (below) return [{ tag: hasLimits ? "munder" : "msub", children: [base, below] }];
  if (above) return [{ tag: hasLimits ? "mover" : "msup", children: [base, above] }];
  return [base];
}

/** Between a function and what it is of. */
function spaceBehind(token: string): readonly MathNode[] {
  return ["\\ln", "\\log", "\\arg"].includes(token) ? [{ tag: "mspace", form: "thin" }] : [];
}

/** What a command or a script is about: a group, or one element. */
function argument(reader: Reader): MathNode {
  return atom(reader);
}

function atom(reader: Reader): MathNode {
  const token = next(reader);
  if (token === "{") {
    const group = rowUntil(reader, () => false);
    expect(reader, "}");
    return group;
  }
  if (/^\d/u.test(token)) return { tag: "mn", text: token };
  if (/^\p{L}$/u.test(token)) return { tag: "mi", text: token };
  const fence = fences[token];
  if (fence !== undefined) return { tag: "mo", form: "plain", text: fence };
  if (token.startsWith("\\")) return command(reader, token);
  if (/^[-+=*/,.:;!<>]$/u.test(token)) return { tag: "mo", text: written[token] ?? token };
  throw new TypeError(`"${token}" is not understood`);
}

const DOUBLE_STRUCK: Readonly<Record<string, string>> = { E: "𝔼", R: "ℝ" };

function command(reader: Reader, token: string): MathNode {
  const [, name = "", text = ""] = /^\\([A-Za-z]+)(?:\{([^}]*)\})?$/u.exec(token) ?? [];
  const identifier = identifiers[name];
  if (identifier !== undefined) return { tag: "mi", text: identifier };
  const operator = operators[name] ?? large[name];
  if (operator !== undefined) return { tag: "mo", text: operator };
  const accent = accents[name];
  if (accent !== undefined) {
    return { tag: "mover", form: "accent", children: [argument(reader), { tag: "mo", text: accent }] };
  }
  switch (name) {
    case "text":
      // Plain spaces at its ends would be dropped.
      return { tag: "mtext", text: text.replaceAll(/^ | $/gu, "\u00A0") };
    case "operatorname":
      return { tag: "mi", text };
    case "mathbb":
      return { tag: "mi", text: DOUBLE_STRUCK[text] ?? text };
    case "begin":
      return environment(reader, text);
    default:
      return construction(reader, token);
  }
}

function construction(reader: Reader, token: string): MathNode {
  switch (token) {
    case "\\frac":
    case "\\dfrac":
    case "\\tfrac":
      return { tag: "mfrac", children: [argument(reader), argument(reader)] };
    case "\\sqrt":
      return { tag: "msqrt", children: [argument(reader)] };
    case "\\underset": {
      const below = argument(reader);
      return { tag: "munder", children: [argument(reader), below] };
    }
    case "\\left": {
      const open = tall(reader);
      const inside = rowUntil(reader, (found) => found === "\\right");
      expect(reader, "\\right");
      return { tag: "mrow", children: [open, inside, tall(reader)] };
    }
    default:
      throw new TypeError(`${token} is not understood`);
  }
}

function tall(reader: Reader): MathNode {
  const token = next(reader);
  const fence = fences[token];
  if (fence === undefined) throw new TypeError(`"${token}" is no delimiter`);
  return { tag: "mo", form: "tall", text: fence };
}

/** Lines of cells: equations one below the other, or cases. */
function environment(reader: Reader, name: string): MathNode {
  if (name !== "aligned" && name !== "cases") throw new TypeError(`there is no environment "${name}" here`);
  const end = `\\end{${name}}`;
  const lines: MathNode[] = [];
  for (;;) {
    const cells: MathNode[] = [];
    for (;;) {
      const cell = rowUntil(reader, (token) => token === "&" || token === "\\\\" || token === end);
      cells.push({ tag: "mtd", children: [cell] });
      if (peek(reader) !== "&") break;
      reader.at += 1;
    }
    lines.push({ tag: "mtr", children: cells });
    const token = next(reader);
    if (token === end) break;
    if (token !== "\\\\") throw new TypeError(`${end} is missing`);
  }
  return { tag: "mtable", form: name, children: lines };
}
