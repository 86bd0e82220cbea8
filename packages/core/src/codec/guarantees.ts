/**
 * What is guaranteed of a choice of numbers together with how those are sent.
 *
 * Write S for the choice, Q for the scheme, of which the constants are those for as many numbers as are sent at most. S keeps
 * numbers or drops them, so that ‖Q(Sx) − x‖² = ‖Sx − x‖² + ‖Q(Sx) − Sx‖² where what is kept is kept as it is:
 *
 * - S contractive with δ, Q unbiased with ω < 1: contractive with δ (1 − ω);
 * - S contractive with δ, Q contractive with δ': contractive with δ δ';
 * - S unbiased with ω, Q unbiased with ω': unbiased with (1 + ω) (1 + ω') − 1;
 * - Q exact: what S guarantees.
 *
 * Of anything else nothing is known.
 *
 * @module
 */
import { InvariantViolation } from "../base/invariant.ts";
import type { Guarantee, Scheme, Sparsifier } from "./codec.ts";

/** The guarantee of both together. Throws InvariantViolation where {@link whyNot} has a reason. */
export function combined(sparsifier: Sparsifier, quantiser: Scheme): Guarantee {
  const [first, second] = [sparsifier.guarantee, quantiser.guarantee];
  if (second.kind === "exact") return first;
  const { most } = sparsifier;
  if (first.kind === "contractive" && second.kind === "contractive") {
    return { kind: "contractive", contraction: (d) => first.contraction(d) * second.contraction(most(d)) };
  }
  if (first.kind === "contractive" && second.kind === "unbiased") {
    return { kind: "contractive", contraction: (d) => first.contraction(d) * (1 - second.variance(most(d))) };
  }
  if (first.kind === "unbiased" && second.kind === "unbiased") {
    return { kind: "unbiased", variance: (d) => (1 + first.variance(d)) * (1 + second.variance(most(d))) - 1 };
  }
  throw new InvariantViolation(`a choice and a scheme that go together, got ${first.kind} and ${second.kind}`);
}

/** Why nothing would be known of both together, in words with what to use instead; null where something is. */
export function whyNot(first: Guarantee, second: Guarantee): { readonly why: string; readonly remedy: string } | null {
  if (first.kind === "unbiased" && second.kind === "contractive") {
    return {
      why: "the choice is right on average, and the numbers are not: together they are neither that nor close",
      remedy: 'Use a quantiser that is right on average, such as "qsgd" or "ternary", or the choice "top-k".',
    };
  }
  if (first.kind === "contractive" && second.kind === "unbiased" && second.variance(Infinity) >= 1) {
    return {
      why: `the numbers vary by ${second.variance(Infinity).toFixed(2)} times what they are, and no more than once is bearable where what is left out counts as lost`,
      remedy: "Use more bits for a number, or a smaller bucket.",
    };
  }
  return null;
}
