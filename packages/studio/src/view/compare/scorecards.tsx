/**
 * The scorecards of arms side by side.
 *
 * @module
 */
import { type Comparison, type EnemyRows, type ScoreRow, scoreRows, scoresSentence } from "@potluck/comparison";
import type { JSX } from "preact";

/** The section of the scorecards. */
export function Scorecards({ comparison }: { readonly comparison: Comparison }): JSX.Element {
  const { arms } = comparison;
  const shown = scoreRows(comparison);
  const hasNotes = shown.some(({ rows }) => rows.some(({ note }) => note !== ""));
  return (
    <section aria-labelledby="scorecards">
      <h2 id="scorecards">Scorecards side by side</h2>
      <p class="muted">{scoresSentence(comparison)}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Scorecards">
        <table class="scorecards">
          <thead>
            <tr>
              <th scope="col">score</th>
              {arms.map(({ name }, at) => (
                <th key={name} scope="col">
                  <span class={`swatch series-${at + 1}`} aria-hidden="true" />
                  {name}
                </th>
              ))}
              <th scope="col">when</th>
              {hasNotes && <th scope="col">decided</th>}
            </tr>
          </thead>
          {shown.map((group) => (
            <Group key={group.enemy} group={group} columns={arms.length + (hasNotes ? 3 : 2)} hasNotes={hasNotes} />
          ))}
        </table>
      </div>
    </section>
  );
}

interface GroupProps {
  readonly group: EnemyRows;
  readonly columns: number;
  readonly hasNotes: boolean;
}

function Group({ group: { enemy, rows }, columns, hasNotes }: GroupProps): JSX.Element {
  return (
    <tbody>
      <tr class="enemy">
        <th scope="rowgroup" colSpan={columns}>
          {enemy}
        </th>
      </tr>
      {rows.map((row) => (
        <Row key={row.key} row={row} hasNotes={hasNotes} />
      ))}
    </tbody>
  );
}

const MARKS = { best: "best", lost: "worse" } as const;

function Row({ row, hasNotes }: { readonly row: ScoreRow; readonly hasNotes: boolean }): JSX.Element {
  const { key, name, when, cells, note } = row;
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map(({ text, mark }, at) => (
        <td key={at} class={mark ?? undefined} data-field={`scores.${key}.${at}`}>
          {text}
          {mark !== null && <span class="unseen"> ({MARKS[mark]})</span>}
        </td>
      ))}
      <td class="muted">{when}</td>
      {hasNotes && <td class="muted">{note}</td>}
    </tr>
  );
}
