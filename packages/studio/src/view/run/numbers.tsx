/**
 * A run at a glance, in numbers.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Run } from "../../api/answers.ts";
import type { RunStory } from "../../state/watch-run.ts";
import { agesOf } from "../../words/ages.ts";
import { failuresIn } from "../../words/failures.ts";
import { bytes, count, decimal, duration, NONE, percent } from "../../words/format.ts";

/** The run, and whether it is shown as it was at some time before its end. */
export interface NumbersProps {
  readonly story: Pick<RunStory, "run" | "measurements" | "scorecard">;
  readonly isPast: boolean;
}

/** The numbers. What is of an older version than the newest says of which. */
export function Numbers({ story, isPast }: NumbersProps): JSX.Element {
  const { run, scorecard } = story;
  const { updates, clients } = run;
  const abandoned = updates.abandoned ?? 0;
  const [ofModel, ofBytes] = agesOf(story, isPast);
  const refused = Object.values(updates.invalid).reduce((sum, own) => sum + own, 0);
  const failures = failuresIn(scorecard).filter(([, , field]) => !field.endsWith("updatesAbandoned"));
  const rows: readonly (readonly [name: string, value: string, field: string, note?: string])[] = [
    ["accuracy", percent(run.accuracy), "accuracy", run.accuracy === null ? "" : ofModel],
    ["loss", decimal(run.loss), "loss", run.loss === null ? "" : ofModel],
    ["version", count(run.version), "version"],
    ["time", duration(run.seconds), "seconds"],
    ["clients", ofKnown(clients), "clients"],
    ["at work", known(run.openTasks), "openTasks"],
    ["updates taken", count(updates.accepted), "updates.accepted"],
    ["late, refused", updates.late === null ? NONE : `${count(updates.late)}, ${count(refused)}`, "updates.late"],
    ...(abandoned > 0 ? [["abandoned", count(abandoned), "updates.abandoned"] as const] : []),
    ...failures.map(([name, times, field]) => [name, count(times), field] as const),
    ["sent up", bytes(run.bytesUp), "bytesUp", ofBytes],
    ["sent down", bytes(run.bytesDown), "bytesDown", ofBytes],
  ];
  return (
    <dl class="numbers">
      {rows.map(([name, value, field, note = ""]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-field={field}>{value}</dd>
          {note !== "" && <dd class="note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

function known(number: number | null): string {
  return number === null ? NONE : count(number);
}

/** How many clients are there, of how many; or as much of it as is known. */
function ofKnown({ known: all, available }: Run["clients"]): string {
  if (available === null) return all === 0 ? NONE : count(all);
  return `${count(available)} of ${count(all)}`;
}
