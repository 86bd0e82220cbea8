/**
 * Comma-separated values: rows with their lines. Cells may stand in double quotes, in which a comma is one and two quotes
 * are one; a cell ends on the line on which it begins. Empty lines and lines that begin with # are passed over.
 *
 * @module
 */
import { corrupt, type TraceText } from "./trace-text.ts";

/** A row. */
export interface CsvRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A number as people write it. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

/** The rows of a text. Throws Fault "file-corrupt" naming the line and column of a quote that is out of place. */
export function csvRows({ path, text }: TraceText): readonly CsvRow[] {
  return text.split(/\r?\n/u).flatMap((content, index) => {
    if (content.trim() === "" || content.startsWith("#")) return [];
    return [{ line: index + 1, cells: cellsOf(content, `${path}: line ${index + 1}`) }];
  });
}

function cellsOf(content: string, where: string): readonly string[] {
  if (!content.includes('"')) return content.split(",").map((cell) => cell.trim());
  const cells: string[] = [];
  const cell = /(?:\s*"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/uy;
  for (let at = 0; ;) {
    cell.lastIndex = at;
    const [whole, quoted, plain = "", end] = cell.exec(content) ?? [];
    if (whole === undefined && isOpen(content.slice(at))) {
      const what = `column ${at + 1}: a cell in quotes is not closed on the line on which it begins`;
      throw corrupt(where, what, "Close its quotes, and write what stands in it without a line break.");
    }
    if (whole === undefined) {
      const remedy = 'Put the whole cell in quotes, and write a quote inside as "".';
      throw corrupt(where, `column ${at + 1}: a cell has a quote where none may be, or is not closed`, remedy);
    }
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === "") return cells;
    at += whole.length;
  }
}

/** Whether a cell begins with a quote that nothing closes up to the end of the line. */
function isOpen(rest: string): boolean {
  return /^\s*"(?:[^"]|"")*$/u.test(rest);
}

/** A number if the text is one, else the text. */
export function numberOrText(cell: string): number | string {
  return NUMBER.test(cell) ? Number(cell) : cell;
}

/** A text as a cell; line breaks in it become spaces. */
export function csvCell(text: string): string {
  const line = text.replaceAll(/[\r\n]+/gu, " ");
  return /^[#\s]|[",]|\s$/u.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
