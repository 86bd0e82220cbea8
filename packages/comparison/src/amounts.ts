/**
 * Numbers of a comparison as they are printed.
 *
 * @module
 */
import { bytes, counted, decimal, duration, percent } from "./format.ts";
import type { Metric } from "./metrics.ts";
import type { Standing } from "./standings.ts";

/** What is said where a run has no such number, as of a model that has diverged. */
export const NO_NUMBER = "none";

/** A number with its unit: "84.3%", "10 min 12 s", "1.66 GB". */
export function amount(unit: Metric["unit"], value: number): string {
  if (unit === "share") return percent(value);
  if (unit === "seconds") return duration(value);
  if (unit === "bytes") return bytes(value);
  return decimal(value);
}

/** A mean without its spread: "84.3%"; "never" for a target that no seed reached, "none" for any other number. */
export function meanText({ unit, moment }: Metric, mean: number | null): string {
  if (mean !== null) return amount(unit, mean);
  return moment === "target" ? "never" : NO_NUMBER;
}

/** On how many seeds a number was reached, unless it was on all, and how many were not measured. */
export function seedsText({ reached, values, measured }: Standing): string {
  const unmeasured = measured.filter((isMeasured) => !isMeasured).length;
  const gaps = unmeasured === 0 ? "" : `; ${unmeasured} not measured`;
  return reached === values.length ? "" : ` (${reached} of ${counted(values.length, "seed")}${gaps})`;
}

/** How an arm stands: "84.3%", or "12 s (3 of 5 seeds)". Two arms of which this is the same are as good as each other. */
export function standingText(metric: Metric, standing: Standing): string {
  return `${meanText(metric, standing.mean)}${seedsText(standing)}`;
}
