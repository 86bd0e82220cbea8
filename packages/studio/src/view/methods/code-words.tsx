/**
 * Text in which words between backticks are code.
 *
 * @module
 */
import type { ComponentChild, JSX } from "preact";
import type { Block } from "../../api/reproduction.ts";

/** A text in a line. What stands behind the underscore of a letter is its index. */
export function Words({ text }: { readonly text: string }): JSX.Element {
  return <>{text.split("`").map((piece, at) => (at % 2 === 1 ? <code key={at}>{piece}</code> : indexed(piece)))}</>;
}

/** A letter that is no part of a word, and its index. */
const INDEX = /(?<![\p{L}\d])(\p{L}\p{M}?)_(\([^)]*\)|[\p{L}\d]+)/gu;

function indexed(text: string): readonly ComponentChild[] {
  return text
    .split(INDEX)
    .map((piece, at) => (at % 3 === 2 ? <sub key={at}>{piece.replaceAll(/[()]/gu, "")}</sub> : piece));
}

/** Paragraphs, lists and tables. */
export function Blocks({ blocks }: { readonly blocks: readonly Block[] }): JSX.Element {
  return (
    <>
      {blocks.map((block, at) => (
        <OneBlock key={at} block={block} />
      ))}
    </>
  );
}

function OneBlock({ block }: { readonly block: Block }): JSX.Element {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Words text={block.text} />
        </p>
      );
    case "list":
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>
              <Words text={item} />
            </li>
          ))}
        </ul>
      );
    case "table":
      return <Table name="A table" table={block} />;
  }
}

/** A table that scrolls by itself where it is wider than the page. */
export function Table({
  name,
  table: { columns, rows },
}: {
  readonly name: string;
  readonly table: Block & { readonly kind: "table" };
}): JSX.Element {
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                <Words text={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) =>
                at === 0 ? (
                  <th key={at} scope="row">
                    <Words text={cell} />
                  </th>
                ) : (
                  <td key={at}>
                    <Words text={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
