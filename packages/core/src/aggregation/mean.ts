/**
 * The weighted mean, folded up as updates arrive: memory is one float64 vector, whatever the number of clients.
 *
 *     Δ̄ = Σ_k w_k Δ_k / Σ_k w_k
 *
 * McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep networks from
 * decentralized data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * Trust: one update of unbounded size moves the mean anywhere; bound norms or use a robust aggregation where clients
 * are not trusted.
 *
 * @module
 */
import { fedAvgPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { type Aggregation, defineAggregation } from "./aggregation.ts";

/** The aggregation `mean` has no options. */
export type MeanOptions = Readonly<Record<never, never>>;

interface MeanState {
  readonly sum: Float64Array;
  weight: number;
}

/** The aggregation `mean`. */
export const mean: PartFactory<MeanOptions, Aggregation<unknown>> = defineAggregation<MeanOptions, MeanState>({
  room: "aggregation",
  name: "mean",
  about: "The weighted mean of the updates, folded up as they arrive.",
  fights: [],
  paper: fedAvgPaper,
  options: {},
  make: () => ({
    init: (length, kernels) => ({ sum: kernels.zeros(length), weight: 0 }),
    add: (state, decoded, weight) => {
      decoded(state.sum, weight);
      state.weight += weight;
    },
    result: ({ sum, weight }) => (weight === 0 ? new Float64Array(sum.length) : sum.map((total) => total / weight)),
    clear: (state) => {
      state.sum.fill(0);
      state.weight = 0;
    },
  }),
});
