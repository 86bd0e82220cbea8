/**
 * The normalised mean: updates are compared by what they change in one step, so that who takes more steps is not heard more.
 *
 *     Δ̄ = τ_eff Σ_k p_k Δ_k / τ_k,     p_k = w_k / Σ_j w_j,     τ_eff = Σ_k p_k τ_k
 *
 * τ_k are the solver steps of client k. With as many steps for everyone this is the mean. It is exact to first order in
 * the learning rate, for solvers whose steps count alike: SGD with a constant learning rate. A solver with momentum or a
 * schedule moves a different way per step; the paper has norms for some.
 *
 * Wang, Liu, Liang, Joshi, Poor, "Tackling the objective inconsistency problem in heterogeneous federated optimization",
 * NeurIPS 2020. https://arxiv.org/abs/2007.07481
 *
 * Trust: τ_k is the client's claim: one who understates it is heard more.
 *
 * @module
 */
import type { PartFactory } from "../part/part.ts";
import { type Aggregation, defineAggregation } from "./aggregation.ts";
import { addToSum, clearSum, emptySum, type RunningSum } from "./running-sum.ts";

/** The aggregation `fed-nova` has no options. */
export type FedNovaOptions = Readonly<Record<never, never>>;

/** The aggregation `fed-nova`. */
export const fedNova: PartFactory<FedNovaOptions, Aggregation<unknown>> = defineAggregation<FedNovaOptions, RunningSum>(
  {
    room: "aggregation",
    name: "fed-nova",
    about: "The weighted mean of what updates change per step, times the mean number of steps.",
    fights: ["unfair share"],
    paper: {
      authors: "Wang, Liu, Liang, Joshi, Poor",
      title: "Tackling the objective inconsistency problem in heterogeneous federated optimization",
      venue: "NeurIPS 2020",
      link: "https://arxiv.org/abs/2007.07481",
    },
    options: {},
    make: () => ({
      init: emptySum,
      add: (state, addend) => addToSum(state, addend, addend.weight / addend.steps),
      result: ({ sum, weight, weightedSteps }) => {
        const scale = weight === 0 ? 0 : weightedSteps / weight / weight;
        return { delta: sum.map((total) => total * scale), scale };
      },
      clear: clearSum,
    }),
  },
);
