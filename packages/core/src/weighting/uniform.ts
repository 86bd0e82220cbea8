/**
 * Uniform weighting: every update counts the same, w_k = 1.
 *
 * With uniform selection this optimises the mean over clients; with selection by examples the mean over examples
 * (scheme I of Li, Huang, Yang, Wang, Zhang, "On the convergence of FedAvg on non-IID data", ICLR 2020,
 * https://arxiv.org/abs/1907.02189). It does not trust what clients claim.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Weighting } from "./weighting.ts";

/** The weighting `uniform` has no options. */
export type UniformWeightingOptions = Readonly<Record<never, never>>;

/** The weighting `uniform`. */
export const uniform: PartFactory<UniformWeightingOptions, Weighting> = definePart<UniformWeightingOptions, Weighting>({
  room: "weighting",
  name: "uniform",
  about: "Every update counts the same.",
  fights: ["unfair share"],
  options: {},
  make: () => ({ weigh: () => 1 }),
});
