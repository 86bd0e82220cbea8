/**
 * FedBuff: clients work all the time, and every `updates` updates make a version.
 *
 * `concurrency` clients work at once. Who answers makes room for another, drawn afresh, who starts from the model of that
 * instant: nobody waits for the buffer, and nobody for the slowest. Updates in a buffer start from different versions; how
 * much an old one counts is the part `staleness`.
 *
 * Nguyen, Malik, Zhan, Yousefpour, Rabbat, Malek, Huba, "Federated learning with buffered asynchronous aggregation",
 * AISTATS 2022. https://arxiv.org/abs/2106.06639
 *
 * The published method: `sum()` over K, that is divided by K and not by the weights, `polynomial` staleness, uniform
 * weighting, and a buffer of 10. Updates in a buffer that is not full when the run ends are dropped.
 *
 * Pitfall: clients count as often as they answer, so fast ones more; see the effective objective and `inverse`.
 *
 * Trust: that clients work before they answer, and that they answer. Who does not work fills most buffers unless `concurrency`
 * leaves others waiting for the draw; who is silent keeps its place.
 *
 * @module
 */
import { fedBuffPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { continuous, type ContinuousState } from "./continuous.ts";
import { definePacing, type Pacing } from "./pacing.ts";

/** Options of {@link fedBuff}. */
export interface FedBuffOptions {
  /** K: updates that make a version, a whole number ≥ 1; 10 by default. */
  readonly updates?: number;
  /** Clients that work at once at most, a whole number ≥ 1; null, the default, is all of them. */
  readonly concurrency?: number | null;
}

/** The pacing `fed-buff`. Throws Fault "option-invalid". */
export const fedBuff: PartFactory<FedBuffOptions, Pacing<unknown>> = definePacing<FedBuffOptions, ContinuousState>({
  room: "pacing",
  name: "fed-buff",
  about: "Clients work all the time; every so many updates make a version.",
  fights: ["delay"],
  paper: fedBuffPaper,
  options: {
    updates: { kind: "number", integer: true, minimum: 1, default: 10, about: "K: updates that make a version" },
    concurrency: { kind: "number", integer: true, minimum: 1, default: null, about: "clients that work at once" },
  },
  make: continuous,
});
