/**
 * How stale updates were, and how often clients were used.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Client } from "../../api/answers.ts";
import type { Figures } from "../../api/history.ts";
import { count, percent } from "../../words/format.ts";
import { binsOf, countsOf } from "./bins.ts";
import { Histogram } from "./histogram.tsx";

/** What is counted. */
export interface DistributionsProps {
  readonly clients: ReadonlyMap<number, Client>;
  /** Null where nothing is known of them, with why as the end of a sentence. */
  readonly figures: Figures | null;
  readonly whyMissing: string;
}

/** The section of distributions. */
export function Distributions({ clients, figures, whyMissing }: DistributionsProps): JSX.Element {
  const staleness = figures?.staleness ?? [];
  const used = countsOf(Array.from(clients.values(), ({ timesUsed }) => timesUsed));
  return (
    <section aria-labelledby="distributions">
      <h2 id="distributions">Who was heard, and how late</h2>
      <div class="pictures">
        {staleness.length === 0 ? (
          <p class="empty">
            {figures === null ? `How stale updates were ${whyMissing}` : "No update has gone into a model yet."}
          </p>
        ) : (
          <Histogram
            name="Staleness of updates that were used"
            unit="versions old"
            field="figures.staleness"
            bins={binsOf(staleness)}
            note={stalenessNote(staleness)}
          />
        )}
        {clients.size > 0 && (
          <Histogram
            name="Clients by how often they were used"
            unit="times used"
            field="clients.timesUsed"
            bins={binsOf(used)}
            note={usedNote(clients)}
          />
        )}
      </div>
    </section>
  );
}

function stalenessNote(staleness: Figures["staleness"]): string {
  const all = staleness.reduce((sum, [, updates]) => sum + updates, 0);
  const fresh = staleness.find(([versions]) => versions === 0)?.[1] ?? 0;
  return `Versions of the model that came out while a client was at its task. ${percent(fresh / all)} of ${count(all)} times that an update went into a model it was fresh.`;
}

function usedNote(clients: ReadonlyMap<number, Client>): string {
  const never = Array.from(clients.values()).filter(({ timesUsed }) => timesUsed === 0).length;
  if (never === 0) return "Updates of a client that went into a model. Every client was used at least once.";
  return `Updates of a client that went into a model. Of ${count(never)} of ${count(clients.size)} clients none did.`;
}
