/**
 * The comparison at a glance as a table, for the terminal and the page.
 *
 * @module
 */
import { targetWords } from "../output/held-out.ts";
import { percent } from "../report/format.ts";
import type { Table } from "../report/table.ts";
import type { Arms, CommonEnds } from "./arms.ts";
import { glancesAt, type Hungriest, SATED } from "./glance.ts";
import { timeToTarget, updatesToTarget } from "./metrics.ts";
import { meanAndSpread } from "./words.ts";

/** A row for each arm; null where the arms have no target in common. */
export function glanceTable({ arms, ends }: { readonly arms: Arms; readonly ends: CommonEnds }): Table | null {
  const target = targetWords(ends.target);
  if (target === null) return null;
  return {
    caption: `at a glance: the way to ${target}`,
    columns: ["arm", "virtual time", "updates", "left hungry by the end"],
    rows: glancesAt(arms, ends).map(({ arm, time, updates, hungriest }) => [
      arm,
      meanAndSpread(timeToTarget, time),
      meanAndSpread(updatesToTarget, updates),
      hungerText(hungriest),
    ]),
  };
}

function hungerText(hungriest: Hungriest | null): string {
  if (hungriest === null) return "everybody";
  const { tier, ofItsDue } = hungriest;
  if (ofItsDue >= SATED) return "nobody";
  return `devices of tier ${tier}: heard ${percent(ofItsDue)} as much as they should be`;
}
