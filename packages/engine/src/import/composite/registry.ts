/**
 * The registry of composites, by name.
 *
 * @module
 */
import type { GraphNode } from "../../graph/graph.ts";
import type { Composite } from "../composite.ts";
import { attentionComposites } from "./attention.ts";
import { conversionComposites } from "./conversion.ts";
import { gateComposites } from "./gates.ts";
import { likelihoodLossComposites } from "./likelihood-loss.ts";
import { normalisationComposites } from "./normalisation.ts";
import { recurrentComposites } from "./recurrent.ts";
import { resizeComposites } from "./resize.ts";
import { rotaryComposites } from "./rotary-embedding.ts";
import { sequenceComposites } from "./sequences.ts";
import { paddingComposites } from "./wrap-padding.ts";

/** Every composite that is known. */
export const composites: readonly Composite[] = [
  ...attentionComposites,
  ...conversionComposites,
  ...gateComposites,
  ...likelihoodLossComposites,
  ...normalisationComposites,
  ...paddingComposites,
  ...recurrentComposites,
  ...resizeComposites,
  ...rotaryComposites,
  ...sequenceComposites,
];

const byName: ReadonlyMap<string, Composite> = new Map(composites.map((composite) => [composite.name, composite]));

/** The composite that stands for `node`, a standard operator; null where there is none. */
export function compositeFor(node: GraphNode): Composite | null {
  const composite = compositeOf(node.operator);
  return composite?.covers?.(node) === false ? null : composite;
}

/** The composite of this name; null where there is none. */
export function compositeOf(name: string): Composite | null {
  return byName.get(name) ?? null;
}
