/**
 * Tables in text: fields between separators, one row a line. A field in double quotes may hold separators, line ends and,
 * doubled, quotes (RFC 4180). Empty lines are skipped; white space around fields that are not quoted does not count.
 *
 * @module
 */
import { corrupt } from "./contents.ts";

/** One row of a table. */
export interface TableRow {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A table whose rows are all as long as its header. */
export interface Table {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
}

/** The table in `text`, from the file `path`. Throws Fault "file-corrupt", which names the line. */
export function parseTable(text: string, separator: string, path: string): Table {
  const [head, ...rows] = rowsOf(text, separator, path);
  if (head === undefined) throw corrupt(path, "it has no header", "Name the columns in its first line.");
  const header = head.fields;
  checkHeader(header, path);
  const odd = rows.find(({ fields }) => fields.length !== header.length);
  if (odd !== undefined) {
    const what = `line ${odd.line} has ${odd.fields.length} fields, and the header has ${header.length}`;
    throw corrupt(path, what, "Correct the line; check the separator; put fields that hold one in quotes.");
  }
  if (rows.length === 0) throw corrupt(path, "it has a header, but no rows");
  return { path, header, rows };
}

function checkHeader(header: readonly string[], path: string): void {
  const at = header.findIndex((name, column) => name === "" || header.indexOf(name) < column);
  if (at < 0) return;
  const what = header[at] === "" ? `column ${at + 1} has no name` : `two columns are called "${header[at]}"`;
  throw corrupt(path, what, "Name every column in the first line, each differently.");
}

/** A place in the text. */
interface Cursor {
  at: number;
  line: number;
}

function rowsOf(text: string, separator: string, path: string): readonly TableRow[] {
  const rows: TableRow[] = [];
  const cursor: Cursor = { at: 0, line: 1 };
  while (cursor.at < text.length) {
    const { line, at: start } = cursor;
    const fields = rowAt(text, separator, { cursor, path });
    if (text.slice(start, cursor.at).trim() !== "") rows.push({ line, fields });
  }
  return rows;
}

/** The row at the cursor, which goes on to the next one. */
function rowAt(
  text: string,
  separator: string,
  { cursor, path }: { readonly cursor: Cursor; readonly path: string },
): readonly string[] {
  const fields: string[] = [];
  for (;;) {
    skipSpaces(text, cursor);
    fields.push(text[cursor.at] === '"' ? quotedField(text, cursor, path) : plainField(text, separator, cursor));
    skipSpaces(text, cursor);
    const end = text[cursor.at];
    if (end !== undefined && end !== separator && end !== "\n") {
      const what = `line ${cursor.line}, column ${fields.length}: a quoted field is followed by "${end}"`;
      throw corrupt(path, what, "Double the quotes inside a quoted field.");
    }
    cursor.at++;
    if (end === separator) continue;
    cursor.line++;
    return fields;
  }
}

function skipSpaces(text: string, cursor: Cursor): void {
  while (text[cursor.at] === " ") cursor.at++;
}

function plainField(text: string, separator: string, cursor: Cursor): string {
  const start = cursor.at;
  while (cursor.at < text.length && text[cursor.at] !== separator && text[cursor.at] !== "\n") cursor.at++;
  return text.slice(start, cursor.at).trim();
}

function quotedField(text: string, cursor: Cursor, path: string): string {
  const first = cursor.line;
  let field = "";
  for (let start = cursor.at + 1; ;) {
    const end = text.indexOf('"', start);
    if (end < 0) throw corrupt(path, `line ${first}: a quoted field does not end`, "Close the quotes.");
    const piece = text.slice(start, end);
    cursor.line += piece.split("\n").length - 1;
    cursor.at = end + 1;
    if (text[cursor.at] !== '"') return field + piece;
    field += `${piece}"`;
    start = end + 2;
  }
}
