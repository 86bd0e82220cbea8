/**
 * What has happened to a run that a coordinator hosts, for whoever writes it down.
 *
 * @module
 */
import { ownState } from "@potluck/core";
import type { HistoryRow } from "@potluck/scenario";
import type { CoordinatedRun } from "@potluck/server";

/** Tells all of it, from the beginning, in order. */
export async function tellHistory(
  { history }: Pick<CoordinatedRun, "history">,
  tell: (rows: readonly HistoryRow[]) => void,
): Promise<void> {
  for (let part = await history(0); part.text !== ""; part = await history(part.last)) {
    const lines = part.text.trimEnd().split("\n");
    tell(lines.map((line) => ownState<HistoryRow>(JSON.parse(line))));
  }
}
