/**
 * The sum of the weighted updates over a divisor that does not depend on what happened to arrive.
 *
 *     Δ̄ = Σ_k w_k Δ_k / D
 *
 * A mean divides by the weights that are there, so that what a window lacks is made up for by the rest of it, and a
 * discount that all of a window share cancels. A sum does not: an update counts as much as its weight says, and a window
 * with half of the clients moves the model half as far. Schemes that are unbiased in expectation need that.
 *
 * divideBy  D                                                          for
 * updates   K, the updates in the window                               buffers: FedBuff, with uniform weighting
 * clients   N, all clients that are known                              (1/N) Σ w_k Δ_k over who is there: FedAU
 * examples  n, their examples, with weighting by examples              Σ (n_k / n) Δ_k over who is there: FedFix
 * share     K · n / N: the examples that K average clients hold        buffers, with weighting by examples
 *
 * Per step an update is divided by the solver steps behind it, τ_k, as FedNova does, so that who takes more steps is not
 * heard more:
 *
 *     Δ̄ = Σ_k w_k Δ_k / τ_k / D
 *
 * FedNova then multiplies with the mean number of steps in the window. That would weigh windows by who is in them, and undo
 * corrections: here the server's learning rate stands in its place, about as large as the steps of a task.
 *
 * Fraboni, Vidal, Kameni, Lorenzi, "A general theory for federated optimization with asynchronous and heterogeneous
 * clients updates", JMLR 2023, https://arxiv.org/abs/2206.10189 (absolute weights ω_k); division by K as in Nguyen, Malik,
 * Zhan, Yousefpour, Rabbat, Malek, Huba, "Federated learning with buffered asynchronous aggregation", AISTATS 2022,
 * https://arxiv.org/abs/2106.06639; normalisation by steps as in Wang, Liu, Liang, Joshi, Poor, "Tackling the objective
 * inconsistency problem in heterogeneous federated optimization", NeurIPS 2020. https://arxiv.org/abs/2007.07481
 *
 * Trust: as for the mean; per step also τ_k, the client's claim: one who understates it is heard more.
 *
 * @module
 */
import { fedBuffPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { type Aggregation, defineAggregation, type FleetSize } from "./aggregation.ts";
import { addToSum, clearSum, emptySum, quotient, type RunningSum } from "./running-sum.ts";

/** Options of {@link sum}. */
export interface SumOptions {
  /** D; "updates" by default. */
  readonly divideBy?: "updates" | "clients" | "examples" | "share";
  /** Whether an update is divided by its local steps; "off" by default. */
  readonly perStep?: "on" | "off";
}

/** The aggregation `sum`. Throws Fault "option-invalid". */
export const sum: PartFactory<SumOptions, Aggregation<unknown>> = defineAggregation<SumOptions, RunningSum>({
  room: "aggregation",
  name: "sum",
  about: "The sum of the weighted updates over a fixed divisor: absolute weights, so that discounts count.",
  fights: ["delay", "unfair share"],
  paper: fedBuffPaper,
  options: {
    divideBy: {
      kind: "choice",
      of: ["updates", "clients", "examples", "share"],
      default: "updates",
      about: "what the sum is divided by: the updates in it, all clients, all examples, or what average clients hold",
    },
    perStep: {
      kind: "choice",
      of: ["on", "off"],
      default: "off",
      about: "whether an update is divided by its local steps",
    },
  },
  make: ({ divideBy, perStep }) => ({
    init: emptySum,
    add: (state, addend) => addToSum(state, addend, perStep === "on" ? addend.weight / addend.steps : addend.weight),
    result: (state, fleet) => quotient(state.sum, divisorOf(divideBy, state, fleet)),
    clear: clearSum,
  }),
});

function divisorOf(
  divideBy: Required<SumOptions>["divideBy"],
  { updates }: RunningSum,
  { population, examples }: FleetSize,
): number {
  switch (divideBy) {
    case "updates":
      return updates;
    case "clients":
      return population;
    case "examples":
      return examples;
    case "share":
      return (updates * examples) / population;
  }
}
