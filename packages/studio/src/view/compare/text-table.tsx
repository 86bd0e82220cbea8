/**
 * Tables as text, which scroll sideways where the screen is narrow.
 *
 * @module
 */
import type { Table } from "@potluck/comparison";
import type { JSX } from "preact";

/** A table; the first cell of a row is its heading. */
export function TextTable({ table, field }: { readonly table: Table; readonly field?: string }): JSX.Element {
  const { caption, columns, rows } = table;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={at} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], row) => (
            <tr key={row}>
              <th scope="row">{first}</th>
              {rest.map((cell, at) => (
                <td key={at} data-field={field === undefined ? undefined : `${field}.${row}.${at}`}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
