/**
 * Tables as text.
 *
 * @module
 */

/** Rows of text under headings; the first cell of a row is its heading. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
