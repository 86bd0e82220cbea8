/**
 * All numbers of at least a magnitude (hard threshold), over the whole vector.
 *
 *     C(x)_i = x_i where |x_i| ≥ λ, else 0
 *
 * λ: `threshold`. No number is off by λ or more, whatever the vector: the compressor is absolute. How many are sent depends on the
 * vector, and a vector of small numbers is not sent at all. A number takes 4 bytes and what its index takes, see indices.ts.
 *
 * Sahu, Dutta, Abdelmoniem, Banerjee, Canini, Kalnis, "Rethinking gradient sparsification as total error minimization",
 * NeurIPS 2021. https://arxiv.org/abs/2108.00951
 *
 * Pitfall: λ is in the units of the parameters. It has to suit the learning rate and the work of a task.
 *
 * Trust: nothing bounds how many numbers a client sends, but the length of the model. The indices tell the server which parameters moved.
 *
 * @module
 */
import type { Difference } from "../params/quantise.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Chosen, Codec } from "./codec.ts";
import { sparsifying } from "./differences.ts";
import { saidByIndices } from "./indices.ts";

/** Options of {@link threshold}. */
export interface ThresholdOptions {
  /** λ > 0, in the units of the parameters. */
  readonly threshold: number;
}

/** The codec `threshold`. Throws Fault "option-invalid". */
export const threshold: PartFactory<ThresholdOptions, Codec> = definePart<ThresholdOptions, Codec>({
  room: "codec",
  name: "threshold",
  about: "The numbers that changed by at least so much, and where they stand.",
  fights: ["bottleneck"],
  paper: {
    authors: "Sahu, Dutta, Abdelmoniem, Banerjee, Canini, Kalnis",
    title: "Rethinking gradient sparsification as total error minimization",
    venue: "NeurIPS 2021",
    link: "https://arxiv.org/abs/2108.00951",
  },
  options: {
    threshold: { kind: "number", above: 0, about: "λ: what changed by less is not sent" },
  },
  make: ({ threshold: least }) =>
    sparsifying({
      ...saidByIndices(null),
      guarantee: { kind: "absolute", error: least },
      choose: (difference) => atLeast(difference, least),
      most: (length) => length,
    }),
});

/** The numbers of at least a magnitude; null where one is not finite, which no magnitude is below. */
function atLeast({ trained, anchor }: Difference, least: number): Chosen | null {
  const indices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < trained.length; i++) {
    const value = Math.fround((trained[i] as number) - (anchor === null ? 0 : (anchor[i] as number)));
    if (Math.abs(value) < least) continue;
    if (!Number.isFinite(value)) return null;
    indices.push(i);
    values.push(value);
  }
  return { indices: Uint32Array.from(indices), values: Float32Array.from(values) };
}
