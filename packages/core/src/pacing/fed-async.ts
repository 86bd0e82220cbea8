/**
 * FedAsync: every update makes a version.
 *
 * `concurrency` clients work at once; who answers makes room for another, drawn afresh, who starts from the new model.
 *
 * Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019. https://arxiv.org/abs/1903.03934
 *
 * The published method: the aggregation `mixing` with the server's learning rate α = 0.6, `polynomial` or `hinge`
 * staleness, and the solver `fed-prox`. With `sum()` in place of `mixing` this is asynchronous federated averaging, a
 * buffer of one.
 *
 * Pitfalls: a single client's data decide each version, and fast clients decide more of them; see the effective objective.
 *
 * Trust: that clients work before they answer, and that they answer. Who does not work makes most versions unless `concurrency`
 * leaves others waiting for the draw; who is silent keeps its place.
 *
 * @module
 */
import { fedAsyncPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { continuous, type ContinuousState } from "./continuous.ts";
import { definePacing, type Pacing } from "./pacing.ts";

/** Options of {@link fedAsync}. */
export interface FedAsyncOptions {
  /** Clients that work at once at most, a whole number ≥ 1; null, the default, is all of them. */
  readonly concurrency?: number | null;
}

/** The pacing `fed-async`. Throws Fault "option-invalid". */
export const fedAsync: PartFactory<FedAsyncOptions, Pacing<unknown>> = definePacing<FedAsyncOptions, ContinuousState>({
  room: "pacing",
  name: "fed-async",
  about: "Clients work all the time; every update makes a version.",
  fights: ["delay"],
  paper: fedAsyncPaper,
  options: {
    concurrency: { kind: "number", integer: true, minimum: 1, default: null, about: "clients that work at once" },
  },
  make: ({ concurrency }) => continuous({ updates: 1, concurrency }),
});
