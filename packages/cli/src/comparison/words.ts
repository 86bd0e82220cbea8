/**
 * Numbers of a comparison in words: with their unit, their spread, and the interval of their difference.
 *
 * @module
 */
import { bytes, decimal, duration, percent } from "../report/format.ts";
import type { Standing, Verdict } from "./comparison.ts";
import type { Metric } from "./metrics.ts";
import type { Difference } from "./statistics.ts";

/** What stands where an arm has no such number. */
const NONE = "none";

type Unit = Metric["unit"];

/** A number with its unit: "84.3%", "10 min 12 s", "1.66 GB". */
export function amount(unit: Unit, value: number): string {
  if (unit === "share") return percent(value);
  if (unit === "seconds") return duration(value);
  if (unit === "bytes") return bytes(value);
  return decimal(value);
}

/** Mean and spread: "84.3% ± 0.5%"; with the number of seeds where not all have the number. */
export function meanAndSpread(unit: Unit, { mean, deviation, values }: Standing): string {
  if (mean === null) return NONE;
  const known = values.filter((value) => value !== null).length;
  const spread = deviation === null ? "" : ` ± ${amount(unit, deviation)}`;
  return `${amount(unit, mean)}${spread}${known === values.length ? "" : ` (${known} of ${values.length} seeds)`}`;
}

/** A difference with its interval: "+1.2 points (+0.3 to +2.1)"; nothing for none. */
export function differenceText(unit: Unit, difference: Difference | null): string {
  if (difference === null) return "";
  const { mean, low, high } = difference;
  const interval = low === null || high === null ? "" : ` (${signed(unit, low)} to ${signed(unit, high)})`;
  return `${signed(unit, mean)}${unit === "share" ? " points" : ""}${interval}`;
}

/** A number with its sign, shares in points of a hundred. */
function signed(unit: Unit, value: number): string {
  const size = Math.abs(value);
  const text = unit === "share" ? (100 * size).toFixed(1) : amount(unit, size);
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** To which enemies an arm loses, and by what: "delay (idle time 50%; b 10%)". */
export function verdictText({ losses }: Verdict): string {
  if (losses.length === 0) return "none";
  const byEnemy = Map.groupBy(losses, ({ enemy }) => enemy);
  return [...byEnemy]
    .map(([enemy, lost]) => {
      const reasons = lost.map(
        ({ metric: { name, unit }, mean, best, bestMean }) =>
          `${name} ${amount(unit, mean)}, ${best} ${amount(unit, bestMean)}`,
      );
      return `${enemy} (${reasons.join("; ")})`;
    })
    .join(", ");
}
