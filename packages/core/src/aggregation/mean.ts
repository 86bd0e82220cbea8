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
import { addToSum, clearSum, emptySum, quotient, type RunningSum } from "./running-sum.ts";

/** The aggregation `mean` has no options. */
export type MeanOptions = Readonly<Record<never, never>>;

/** The aggregation `mean`. */
export const mean: PartFactory<MeanOptions, Aggregation<unknown>> = defineAggregation<MeanOptions, RunningSum>({
  room: "aggregation",
  name: "mean",
  about: "The weighted mean of the updates, folded up as they arrive.",
  fights: [],
  paper: fedAvgPaper,
  options: {},
  make: () => ({
    init: emptySum,
    add: (state, addend) => addToSum(state, addend, addend.weight),
    result: ({ sum, weight }) => quotient(sum, weight),
    clear: clearSum,
  }),
});
