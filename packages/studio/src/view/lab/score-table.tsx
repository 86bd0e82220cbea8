/**
 * The scorecards of the plans side by side.
 *
 * @module
 */
import type { JSX } from "preact";
import type { PlanStory } from "../../state/lab.ts";
import { type EnemyScores, scoresOf } from "../../words/scores.ts";

/** The section of the scorecards. */
export function ScoreTable({ plans }: { readonly plans: readonly PlanStory[] }): JSX.Element {
  const [first] = plans;
  const cards = plans.map(({ scorecard }) => (scorecard === null ? null : scoresOf(scorecard)));
  const rows = cards.find((card) => card !== null) ?? [];
  return (
    <section aria-labelledby="scores">
      <h2 id="scores">Scorecards: the four enemies</h2>
      {rows.length === 0 && <p class="empty">Nothing was scored yet.</p>}
      {rows.length > 0 && first !== undefined && (
        <div class="wide" tabIndex={0} role="region" aria-labelledby="scores">
          <table class="scores">
            <thead>
              <tr>
                <th scope="col">Score</th>
                {plans.map(({ title }, at) => (
                  <th key={at} scope="col" class={`line-${at + 1}`}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            {rows.map((enemy, place) => (
              <EnemyRows key={enemy.enemy} enemy={enemy} columns={cards.map((card) => card?.[place] ?? null)} />
            ))}
          </table>
        </div>
      )}
    </section>
  );
}

interface EnemyRowsProps {
  readonly enemy: EnemyScores;
  /** The same enemy in each plan; null where nothing was scored yet. */
  readonly columns: readonly (EnemyScores | null)[];
}

function EnemyRows({ enemy, columns }: EnemyRowsProps): JSX.Element {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={columns.length + 1}>
          {enemy.enemy} <span class="muted">{enemy.question}</span>
        </th>
      </tr>
      {enemy.scores.map(({ field, name }, row) => {
        // What one plan has nothing to say of, another may.
        if (columns.every((column) => column?.scores[row]?.isSilent !== false)) return null;
        const values = columns.map((column) => column?.scores[row]?.value ?? "");
        const isDifferent = new Set(values.filter((value) => value !== "")).size > 1;
        return (
          <tr key={field} class={isDifferent ? "different" : ""}>
            <th scope="row">{name}</th>
            {values.map((value, at) => (
              <td key={at} class="number" title={columns[at]?.scores[row]?.sentence} data-field={`scorecard.${field}`}>
                {value}
              </td>
            ))}
          </tr>
        );
      })}
    </tbody>
  );
}
