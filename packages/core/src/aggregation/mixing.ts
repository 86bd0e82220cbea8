/**
 * Mixing: the model moves towards the model that a client sends, not by the difference that the client made.
 *
 *     Δ̄ = Σ_k w_k (x_k − x) / K,     and with server learning rate α     x ← (1 − α w) x + α w x_k     for K = 1
 *
 * x_k are the parameters that a client trained, x the current model and K the updates in the window. What others have
 * changed since the client began is partly undone: the older the update, the more, which is why its weight w falls with
 * its age. A delta from the model that the client started from, as in `sum`, leaves the others' work alone.
 *
 * Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019. https://arxiv.org/abs/1903.03934
 *
 * Defaults of the paper: α = 0.6, clients with the solver `fed-prox`, a staleness discount.
 *
 * Trust: as for the mean.
 *
 * @module
 */
import { fedAsyncPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { type Aggregation, defineAggregation } from "./aggregation.ts";
import { addToSum, clearSum, emptySum, quotient, type RunningSum } from "./running-sum.ts";

/** The aggregation `mixing` has no options. */
export type MixingOptions = Readonly<Record<never, never>>;

/** The aggregation `mixing`. */
export const mixing: PartFactory<MixingOptions, Aggregation<unknown>> = defineAggregation<MixingOptions, RunningSum>({
  room: "aggregation",
  name: "mixing",
  about: "The current model is mixed with the models that clients send, as in FedAsync.",
  fights: ["delay"],
  paper: fedAsyncPaper,
  options: {},
  make: () => ({
    init: emptySum,
    add: (state, addend) => addToSum(state, addend, addend.weight),
    result: ({ sum, updates }) => quotient(sum, updates),
    clear: clearSum,
    deltaFrom: "current",
  }),
});
