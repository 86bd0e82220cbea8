/**
 * What was really optimised, against what was asked for: the shares of groups of clients.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Figures, Group } from "../../api/history.ts";
import { count, percent } from "../../words/format.ts";

const ASKED = {
  "per-example": "each example was to count alike",
  "per-client": "each client was to count alike",
} as const;

/** The section of the effective objective. */
export function Objective({ figures }: { readonly figures: Figures }): JSX.Element {
  const { asked, bias, groups } = figures.objective;
  const most = groups.reduce((largest, group) => Math.max(largest, group.asked, group.realised), 0);
  return (
    <section aria-labelledby="objective">
      <h2 id="objective">What was really optimised</h2>
      <p>
        It was asked that {ASKED[asked]}. Of all pull on the model{" "}
        <strong data-field="figures.objective.bias">{percent(bias)}</strong> went to other clients than that.
      </p>
      {bias === null ? (
        <p class="empty">No update has gone into a model yet.</p>
      ) : (
        <>
          <ul class="legend">
            <li class="share-asked">asked for</li>
            <li class="share-realised">had</li>
          </ul>
          <dl class="shares">
            {groups.map((group, at) => (
              <Shares key={group.group} group={group} field={`figures.objective.groups.${at}`} most={most} />
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

interface SharesProps {
  readonly group: Group;
  readonly field: string;
  /** The largest share of all. */
  readonly most: number;
}

function Shares({ group: { group, clients, asked, realised }, field, most }: SharesProps): JSX.Element {
  const bars = [
    { name: "asked", said: "asked for", share: asked },
    { name: "realised", said: "had", share: realised },
  ];
  return (
    <div>
      <dt>
        {group === "" ? "unnamed" : group}
        {clients > 1 && <span class="number"> ({count(clients)})</span>}
      </dt>
      {bars.map(({ name, said, share }) => (
        <dd key={name} class={`share-${name}`}>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect class="share-bar" width={most === 0 ? 0 : (100 * share) / most} height={1} />
          </svg>
          <span class="visually-hidden">{said}</span>
          <span class="number" data-field={`${field}.${name}`}>
            {percent(share)}
          </span>
        </dd>
      ))}
    </div>
  );
}
