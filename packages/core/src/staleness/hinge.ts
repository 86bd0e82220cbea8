/**
 * The hinge discount: none up to some age, then inversely with it.
 *
 *     s(u) = 1 for u ≤ b,     1 / (1 + a (u − b)) above
 *
 * u is the staleness in versions. Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019,
 * https://arxiv.org/abs/1903.03934; a = 10 and b = 4 are theirs.
 *
 * Pitfall: slow clients are always stale, so that what they know counts less; see the effective objective.
 *
 * Trust: nothing that a client says of its age: the server counts versions. Who floods versions makes others old.
 *
 * @module
 */
import { fedAsyncPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Staleness } from "./staleness.ts";

/** Options of {@link hinge}. */
export interface HingeStalenessOptions {
  /** a ≥ 0; 10 by default. */
  readonly slope?: number;
  /** b: versions ≥ 0; 4 by default. */
  readonly grace?: number;
}

/** The staleness discount `hinge`. Throws Fault "option-invalid". */
export const hinge: PartFactory<HingeStalenessOptions, Staleness> = definePart<HingeStalenessOptions, Staleness>({
  room: "staleness",
  name: "hinge",
  about: "An update counts in full up to some age, and then inversely with it.",
  fights: ["delay"],
  paper: fedAsyncPaper,
  options: {
    slope: { kind: "number", minimum: 0, default: 10, about: "a: how fast it falls" },
    grace: { kind: "number", minimum: 0, default: 4, unit: "versions", about: "b: up to this age it counts in full" },
  },
  make: ({ slope, grace }) => ({
    discount: (staleness) => (staleness <= grace ? 1 : 1 / (1 + slope * (staleness - grace))),
  }),
});
