/**
 * Anarchic averaging across devices: the mean of what updates change per step.
 *
 *     Δ̄ = Σ_k w_k (Δ_k / τ_k) / Σ_k w_k
 *
 * τ_k are the local steps that client k chose to take; with weights of 1 the window's m updates are averaged as in the
 * paper. Δ̄ is as long as one local step: the server's learning rate makes up for that.
 *
 * Where some clients arrive more often than others, the limit is that of their weighting, not of the one asked for.
 *
 * Yang, Zhang, Khanduri, Liu, "Anarchic federated learning", ICML 2022. https://arxiv.org/abs/2108.09875
 *
 * Trust: τ_k is the client's claim: one who understates it is heard more.
 *
 * @module
 */
import { anarchicPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { type Aggregation, defineAggregation } from "./aggregation.ts";
import { addToSum, clearSum, emptySum, quotient, type RunningSum } from "./running-sum.ts";

/** The aggregation `afa-cd` has no options. */
export type AfaCdOptions = Readonly<Record<never, never>>;

/** The aggregation `afa-cd`. */
export const afaCd: PartFactory<AfaCdOptions, Aggregation<unknown>> = defineAggregation<AfaCdOptions, RunningSum>({
  room: "aggregation",
  name: "afa-cd",
  about: "The mean of what updates change per local step, however many steps each took.",
  fights: ["delay", "unfair share"],
  paper: anarchicPaper,
  options: {},
  make: () => ({
    init: emptySum,
    add: (state, addend) => addToSum(state, addend, addend.weight / addend.steps),
    result: ({ sum, weight }) => quotient(sum, weight),
    clear: clearSum,
  }),
});
