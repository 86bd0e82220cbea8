/**
 * What has happened, in words.
 *
 * @module
 */
import type { HistoryRow } from "../../api/history.ts";
import { duration } from "../../words/format.ts";

/** A row of a history in words, without its instant. */
export function eventWords([, what, client, task, version, more]: HistoryRow): string {
  const who = client === null ? "the run" : `client ${client}`;
  const which = task === null ? "" : ` task ${task}`;
  const why = more === undefined || more === "" ? "" : `: ${more}`;
  switch (what) {
    case "joined":
      return `${who} joined`;
    case "left":
      return `${who} left`;
    case "asked":
      return `${who} was given${which}${version === null ? "" : `, from version ${version}`}`;
    case "answered":
      return `${who} answered${which}${typeof more === "number" && more > 0 ? `, ${duration(more)} on its way` : ""}`;
    case "failed":
      return `${who} failed at${which}${why}`;
    case "recalled":
      return `${who} was called back from${which}`;
    case "refused":
      return `an answer of ${who} to${which} was refused${why}`;
    case "published":
      return `version ${version} was published`;
    case "started":
      return "the run began";
    case "paused":
      return "the run was paused";
    case "resumed":
      return "the run went on";
    case "ended":
      return `the run ended${why}`;
  }
}

/** An event of a coded run: what its tasks begin with is counted over the rounds of all models, and is no version of one. */
export function withoutVersion([at, what, client, task, version, more]: HistoryRow): HistoryRow {
  return [at, what, client, task, what === "published" ? version : null, more];
}

/** Events of a kind ("all" for any) that are about a client ("" for any), the newest first. */
export function eventsOf(
  events: readonly HistoryRow[],
  { kind, client }: { readonly kind: string; readonly client: string },
): readonly HistoryRow[] {
  return events
    .filter(([, what, who]) => (kind === "all" || what === kind) && (client === "" || String(who) === client))
    .toReversed();
}
