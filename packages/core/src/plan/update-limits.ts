/**
 * Limits that a plan sets for updates.
 *
 * Besides being sound, an update may have to keep within limits: a client may claim no more than so many examples, and what it says,
 * Δ = trained − started from, may be no longer than so much,
 *
 *     ‖Δ‖₂ ≤ `mostNorm`
 *
 * An update that is longer is refused, not shortened. Where clients send how Δ differs from what is remembered of them (EF21, control
 * variates), it is that difference which must not be longer. Without a limit nothing is decoded for it.
 *
 * Sun, Kairouz, Suresh, McMahan, "Can you really backdoor federated learning?", 2019, https://arxiv.org/abs/1911.07963, section 4, bound
 * norms against clients that would each move the model as they like; they shorten what is longer.
 *
 * @module
 */
import { type NumberOption, resolveOptions } from "../part/options.ts";

/** What updates have to keep within; all of them, where nothing is said. */
export interface UpdateLimits {
  /** The most examples that a client may claim, a whole number ≥ 1. */
  readonly mostExamples?: number | null;
  /** The longest that an update may be, as its Euclidean norm, > 0. */
  readonly mostNorm?: number | null;
}

/** The options that limits have. */
export const limitOptions: Readonly<Record<keyof UpdateLimits, NumberOption>> = {
  mostExamples: {
    kind: "number",
    integer: true,
    minimum: 1,
    default: null,
    about: "the most examples that a client may claim",
  },
  mostNorm: { kind: "number", above: 0, default: null, about: "the longest that an update may be, as its norm" },
};

/** The limits that there are, by name. Throws Fault "option-invalid" for those that make no sense. */
export function limitSettings({
  mostExamples = null,
  mostNorm = null,
  ...others
}: UpdateLimits): Record<string, number> {
  resolveOptions("limits", limitOptions, { mostExamples, mostNorm, ...others });
  return { ...(mostExamples !== null && { mostExamples }), ...(mostNorm !== null && { mostNorm }) };
}
