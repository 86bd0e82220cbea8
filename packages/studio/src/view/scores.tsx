/**
 * The scorecard: the four enemies, and a sentence for each number.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Scorecard } from "../api/answers.ts";
import { isTold, scoresOf } from "../words/scores.ts";

/** The section of the scorecard. */
export function Scores({ scorecard }: { readonly scorecard: Scorecard | null }): JSX.Element {
  return (
    <section aria-labelledby="scores">
      <h2 id="scores">Scorecard: the four enemies</h2>
      {scorecard === null && <p class="empty">Nothing was scored yet.</p>}
      {scorecard !== null && (
        <div class="enemies">
          {scoresOf(scorecard).map(({ enemy, question, scores }) => (
            <article key={enemy}>
              <h3>{enemy}</h3>
              <p class="question">{question}</p>
              <dl>
                {scores.filter(isTold).map(({ field, name, value, sentence }) => (
                  <div key={field}>
                    <dt>{name}</dt>
                    <dd class="value" data-field={`scorecard.${field}`}>
                      {value}
                    </dd>
                    <dd>{sentence}</dd>
                  </div>
                ))}
              </dl>
            </article>
          ))}
        </div>
      )}
    </section>
  );
}
