/**
 * SCALLION: SCAFFOLD with messages that are right on average.
 *
 *     m = α (ḡ − h),   C(m) is sent                         the rest as in control-variates.ts, β = 1
 *
 * α: `damping`, in (0, 1]: the noisier the codec, the smaller. By default α = 1 / (1 + ω), with which h comes closest to ḡ on average; from 2 / (1 + ω) on it moves away, and training diverges. With α = 1 and
 * a codec that loses nothing this is SCAFFOLD, as it is by default.
 *
 * Huang, Li, Li, "Stochastic controlled averaging for federated learning with communication compression", ICLR 2024.
 * https://arxiv.org/abs/2308.08165
 *
 * Bytes: the codec's up, twice the model down. State: as for `scaffold`.
 *
 * Pitfall: α slows down what clients and server learn of each other: the first rounds are α times as long.
 *
 * Trust: as for `scaffold`.
 *
 * @module
 */
import { controlledPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { controlled } from "./control-variates.ts";
import type { Feedback } from "./feedback.ts";

/** Options of {@link scallion}. */
export interface ScallionOptions {
  /** α in (0, 1]; null, the default: 1 / (1 + ω) of the codec. */
  readonly damping?: number | null;
}

/** The feedback `scallion`. Throws Fault "option-invalid". */
export const scallion: PartFactory<ScallionOptions, Feedback> = definePart<ScallionOptions, Feedback>({
  room: "feedback",
  name: "scallion",
  about: "SCAFFOLD with messages that are right on average: what is new, damped against their noise.",
  fights: ["bottleneck", "starvation", "unfair share"],
  paper: controlledPaper,
  options: {
    damping: {
      kind: "number",
      above: 0,
      maximum: 1,
      default: null,
      about: "α: how much of what is new is sent; null: 1 / (1 + ω), ω being the variance of the codec",
    },
  },
  make: ({ damping }) => ({
    ...controlled({ alpha: damping, beta: 1 }),
    takes: {
      kinds: ["exact", "unbiased"],
      needs: "is right on average",
      remedy: 'Use feedback "scafcom", or a codec such as "qsgd" or "rand-k".',
    },
  }),
});
