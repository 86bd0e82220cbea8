/**
 * Parts in a few words.
 *
 * @module
 */
import type { PartReference } from "@potluck/core";

/** The optimizer of each model of a plan, with its options. */
export function optimizerTexts(parts: readonly PartReference[]): readonly string[] {
  return parts.filter(({ room }) => room === "server-optimizer").map(partText);
}

function partText({ name, options }: PartReference): string {
  const texts = Object.entries(options).map(([option, value]) => `${option} ${JSON.stringify(value)}`);
  return [name, texts.join(", ")].filter((text) => text !== "").join(" ");
}
