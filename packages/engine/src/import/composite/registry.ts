/**
 * The registry of composites, by name.
 *
 * @module
 */
import type { Composite } from "../composite.ts";
import { attentionComposites } from "./attention.ts";
import { conversionComposites } from "./conversion.ts";
import { gateComposites } from "./gates.ts";
import { likelihoodLossComposites } from "./likelihood-loss.ts";
import { normalisationComposites } from "./normalisation.ts";
import { recurrentComposites } from "./recurrent.ts";
import { rotaryComposites } from "./rotary-embedding.ts";
import { sequenceComposites } from "./sequences.ts";

/** Every composite that is known. */
export const composites: readonly Composite[] = [
  ...attentionComposites,
  ...conversionComposites,
  ...gateComposites,
  ...likelihoodLossComposites,
  ...normalisationComposites,
  ...recurrentComposites,
  ...rotaryComposites,
  ...sequenceComposites,
];

const byName: ReadonlyMap<string, Composite> = new Map(composites.map((composite) => [composite.name, composite]));

/** The composite of this name; null where there is none. */
export function compositeOf(name: string): Composite | null {
  return byName.get(name) ?? null;
}
