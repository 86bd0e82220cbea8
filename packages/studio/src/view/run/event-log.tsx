/**
 * What has happened last, by kind and by client.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { historyKinds, type HistoryRow } from "../../api/history.ts";
import { count, duration } from "../../words/format.ts";
import { eventsOf, eventWords, withoutVersion } from "./event-words.ts";

/** So many events are listed. */
const MOST_LISTED = 200;

/** Events, of which the oldest stand first, whether they are of a coded run, and what is said where there are none. */
export interface EventLogProps {
  readonly events: readonly HistoryRow[];
  readonly isCoded: boolean;
  readonly whyNone: string;
}

/** The section of events. */
export function EventLog({ events, isCoded, whyNone }: EventLogProps): JSX.Element {
  const kind = useSignal("all");
  const client = useSignal("");
  const found = eventsOf(events, { kind: kind.value, client: client.value.trim() });
  const shown = found.slice(0, MOST_LISTED);
  return (
    <section aria-labelledby="events">
      <h2 id="events">What happened</h2>
      <div class="controls">
        <label>
          Show{" "}
          <select value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value)}>
            {["all", ...historyKinds].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Client{" "}
          <input
            class="short"
            inputMode="numeric"
            placeholder="any"
            value={client.value}
            onInput={(event) => (client.value = event.currentTarget.value)}
          />
        </label>
      </div>
      {shown.length === 0 && <p class="empty">{events.length === 0 ? whyNone : "Nothing of that kind."}</p>}
      {shown.length > 0 && (
        <>
          <ol class="events" tabIndex={0} aria-label="Events, the newest first">
            {shown.map((row, at) => (
              <li key={`${row[0]}-${row[1]}-${row[2]}-${row[3]}-${at}`} class={`event-${row[1]}`}>
                <time>{duration(row[0])}</time> {eventWords(isCoded ? withoutVersion(row) : row)}
              </li>
            ))}
          </ol>
          {found.length > shown.length && (
            <p class="muted">
              The last {count(shown.length)} of {count(found.length)}.
            </p>
          )}
        </>
      )}
    </section>
  );
}
