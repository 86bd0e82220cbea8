/**
 * Parts in a few words.
 *
 * @module
 */
import type { PartReference } from "@potluck/core";

/** A part with its options, in a few words. */
export function partText(part: PartReference | undefined): string {
  if (part === undefined) return "";
  const options = Object.entries(part.options).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [part.name, options.join(", ")].filter((text) => text !== "").join(" ");
}
