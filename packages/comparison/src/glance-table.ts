/**
 * The comparison at a glance as a table, for the terminal and the page.
 *
 * @module
 */
import { targetWords } from "./held-out.ts";
import { counted, percent } from "./format.ts";
import type { Table } from "./table.ts";
import type { Arms, CommonEnds } from "./arms.ts";
import { glancesAt, type TierHeard } from "./glance.ts";
import { timeToTarget, updatesToTarget } from "./metrics.ts";
import { meanAndSpread } from "./words.ts";

/** A row for each arm; null where the arms have no target in common. */
export function glanceTable({ arms, ends }: { readonly arms: Arms; readonly ends: CommonEnds }): Table | null {
  const target = targetWords(ends.target);
  if (target === null) return null;
  return {
    caption: `at a glance: the way to ${target}`,
    columns: ["arm", "virtual time", "updates", "left hungry by the end"],
    rows: glancesAt(arms, ends).map(({ arm, time, updates, hungry }) => [
      arm,
      meanAndSpread(timeToTarget, time),
      meanAndSpread(updatesToTarget, updates),
      hungerText(hungry),
    ]),
  };
}

/** So many tiers are named in a row; of more, the hungriest. */
const TIERS_NAMED_LIMIT = 5;

function hungerText(hungry: readonly TierHeard[] | null): string {
  if (hungry === null) return "everybody";
  if (hungry.length === 0) return "nobody";
  const named = hungry.slice(0, TIERS_NAMED_LIMIT);
  const others = hungry.length - named.length;
  const tiers = `${named.length === 1 ? "tier" : "tiers"} ${enumerated(named.map(({ tier }) => tier))}`;
  const heard = enumerated(named.map(({ ofItsDue }) => percent(ofItsDue)));
  const rest = others === 0 ? "" : `; those of ${counted(others, "other tier")} too little as well`;
  return `devices of ${tiers}: heard ${heard} as much as they should be${rest}`;
}

/** "a", "a and b", "a, b and c". */
function enumerated(words: readonly string[]): string {
  const last = words.slice(-2).join(" and ");
  return [...words.slice(0, -2), last].join(", ");
}
