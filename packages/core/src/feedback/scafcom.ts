/**
 * SCAFCOM: SCAFFOLD with messages that lose something, and momentum at the clients that evens it out.
 *
 *     v ← (1 − β) v + β ḡ,   m = α (v − h),   C(m) is sent   the rest as in control-variates.ts
 *
 * α: `damping`, 1 as published; β: `momentum`, the share of ḡ that is new in v. v moves only when its client takes part, and is 0 at first. What C loses stays in v − h and is
 * sent later, so that nothing else keeps it. With α = β = 1 and a codec that loses nothing this is SCAFFOLD.
 *
 * Huang, Li, Li, "Stochastic controlled averaging for federated learning with communication compression", ICLR 2024.
 * https://arxiv.org/abs/2308.08165
 *
 * Bytes: the codec's up, twice the model down. State: two vectors at each client; at the server as for `scaffold`.
 *
 * Pitfall: with few participants v is old where it is looked at.
 *
 * Trust: as for `scaffold`.
 *
 * @module
 */
import { controlledPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { controlled } from "./control-variates.ts";
import type { Feedback } from "./feedback.ts";

/** Options of {@link scafcom}. */
export interface ScafcomOptions {
  /** α in (0, 1]; 1 by default. */
  readonly damping?: number;
  /** β in (0, 1]; 0.2 by default. */
  readonly momentum?: number;
}

/** The feedback `scafcom`. Throws Fault "option-invalid". */
export const scafcom: PartFactory<ScafcomOptions, Feedback> = definePart<ScafcomOptions, Feedback>({
  room: "feedback",
  name: "scafcom",
  about: "SCAFFOLD with messages that lose something, evened out by momentum at the clients and sent later.",
  fights: ["bottleneck", "starvation", "unfair share"],
  paper: controlledPaper,
  options: {
    damping: { kind: "number", above: 0, maximum: 1, default: 1, about: "α: how much of what is new is sent" },
    momentum: {
      kind: "number",
      above: 0,
      maximum: 1,
      default: 0.2,
      about: "β: the share of a client's steps that is new in what it aims at",
    },
  },
  make: ({ damping, momentum }) => ({
    ...controlled({ alpha: damping, beta: momentum }),
    takes: {
      kinds: ["exact", "contractive", "absolute"],
      needs: "never sends more than there is",
      remedy: 'Use feedback "scallion", or a codec such as "top-k" or "sign".',
    },
  }),
});
