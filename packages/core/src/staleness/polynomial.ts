/**
 * The polynomial discount.
 *
 *     s(u) = (1 + u)^(−a)
 *
 * u is the staleness in versions. a = 0.5 is the discount of FedBuff and FedCompass, 1 / √(1 + u).
 *
 * Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019. https://arxiv.org/abs/1903.03934
 *
 * Pitfall: slow clients are always stale, so that what they know counts less; see the effective objective.
 *
 * Trust: nothing that a client says of its age: the server counts versions. Who floods versions makes others old.
 *
 * @module
 */
import { exp, log } from "../base/elementary.ts";
import { fedAsyncPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Staleness } from "./staleness.ts";

/** Options of {@link polynomial}. */
export interface PolynomialStalenessOptions {
  /** a ≥ 0; 0.5 by default. */
  readonly exponent?: number;
}

/** The staleness discount `polynomial`. Throws Fault "option-invalid". */
export const polynomial: PartFactory<PolynomialStalenessOptions, Staleness> = definePart<
  PolynomialStalenessOptions,
  Staleness
>({
  room: "staleness",
  name: "polynomial",
  about: "An update counts less by a power of its age: (1 + u)^−a after u versions.",
  fights: ["delay"],
  paper: fedAsyncPaper,
  options: { exponent: { kind: "number", minimum: 0, default: 0.5, about: "a: 0 is no discount" } },
  make: ({ exponent }) => ({
    discount: (staleness) => {
      if (staleness === 0 || exponent === 0) return 1;
      return exponent === 0.5 ? 1 / Math.sqrt(1 + staleness) : exp(-exponent * log(1 + staleness));
    },
  }),
});
