/**
 * What a contradiction is, and what finds one.
 *
 * @module
 */
import type { FederatedParts } from "./federated-parts.ts";

/** Two parts that do not fit together. */
export interface Contradiction {
  readonly sentence: string;
  readonly remedy: string;
}

/** Finds one contradiction of a plan; null where there is none. */
export type Rule = (parts: FederatedParts) => Contradiction | null;
