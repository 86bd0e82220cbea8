/**
 * What is compared, and how it is looked at, as the address says it: `#/compare/<run>,<run>?at=bytes`.
 *
 * @module
 */

/** What runs are lined up by: curves run along it, and models are compared where it is equal. */
export const alignments = ["time", "bytes", "updates"] as const;
export type Alignment = (typeof alignments)[number];

/** What is compared. */
export interface CompareRoute {
  /** Ids of runs, and of experiments, which stand for all their runs. */
  readonly words: readonly string[];
  readonly at: Alignment;
}

/** The place that the rest of an address names, decoded already. */
export function compareRouteOf(rest: string): CompareRoute {
  const [list = "", query = ""] = rest.split("?");
  const asked = new URLSearchParams(query).get("at");
  const words = list.split(",").filter((word) => word !== "");
  return { words: [...new Set(words)], at: alignments.find((one) => one === asked) ?? "time" };
}

/** The address of a place; what goes without saying is left out. */
export function compareHash({ words, at }: CompareRoute): string {
  const list = words.map(encodeURIComponent).join(",");
  return `#/compare/${list}${at === "time" ? "" : `?at=${at}`}`;
}
