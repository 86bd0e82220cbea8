/**
 * Contradictions: combinations of parts whose guarantees cancel each other. A plan with one is refused when it is
 * built. Each rule names the two parts and says why, and what to do instead.
 *
 * @module
 */
import type { FederatedParts } from "./federated-parts.ts";

/** Two parts that do not fit together. */
export interface Contradiction {
  readonly sentence: string;
  readonly remedy: string;
}

type Rule = (parts: FederatedParts) => Contradiction | null;

/** The contradictions of a plan, most basic first; none for a sound one. */
export function contradictions(parts: FederatedParts): readonly Contradiction[] {
  return RULES.map((rule) => rule(parts)).filter((found) => found !== null);
}

const examplesCountTwice: Rule = ({ selection, weighting }) =>
  selection.part.name === "by-examples" && weighting.part.name === "by-examples"
    ? {
        sentence:
          'selection "by-examples" and weighting "by-examples" count every example twice: a client with n examples ' +
          "would be asked in proportion to n and then weighed with n, so its voice grows with n²",
        remedy:
          'Use selection "by-examples" with weighting "uniform", or selection "uniform" with weighting "by-examples".',
      }
    : null;

const RULES: readonly Rule[] = [examplesCountTwice];
