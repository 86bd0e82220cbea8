/**
 * Weighting by examples: an update counts as much as the examples behind it, w_k = n_k.
 *
 * With uniform selection the aggregate is an estimate of the gradient over all examples: the objective of federated
 * averaging. McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep networks
 * from decentralized data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * Trust: n_k is the client's claim; `examplesCap` bounds it, but not beside a `sum` over all examples, which divides by claims.
 *
 * @module
 */
import { fedAvgPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Weighting } from "./weighting.ts";

/** Options of {@link byExamples}. */
export interface ByExamplesWeightingOptions {
  /** No update counts for more than this many examples; null (the default) believes every claim. */
  readonly examplesCap?: number | null;
}

/** The weighting `by-examples`. Throws Fault "option-invalid". */
export const byExamples: PartFactory<ByExamplesWeightingOptions, Weighting> = definePart<
  ByExamplesWeightingOptions,
  Weighting
>({
  room: "weighting",
  name: "by-examples",
  about: "An update counts as much as the examples it was trained on.",
  fights: ["unfair share"],
  paper: fedAvgPaper,
  options: {
    examplesCap: { kind: "number", minimum: 1, default: null, about: "most examples that one update may count for" },
  },
  make: ({ examplesCap }) => ({ weigh: ({ examples }) => Math.min(examples, examplesCap ?? Infinity) }),
});
