/**
 * k numbers drawn at random (rand-k), over the whole vector.
 *
 *     C(x)_i = d / k · x_i where i is drawn, else 0;   k = ⌈ratio · d⌉
 *
 * Every choice of k of the d places is as likely, so that E C(x) = x. Both sides draw them from the key of the task: indices
 * cost nothing, and a number takes 4 bytes. Updates with the same key can be added up as they are. The variance is
 *
 *     ω = d / k − 1
 *
 * Wangni, Wang, Liu, Zhang, "Gradient sparsification for communication-efficient distributed optimization",
 * NeurIPS 2018. https://arxiv.org/abs/1710.09854
 *
 * Differs from the paper, which draws large numbers more often: every place is as likely, whatever stands there.
 *
 * Pitfall: each number that arrives is d / k times too large. Where few clients answer, a smaller server rate has to make up for it.
 *
 * Trust: the client knows which numbers count, and can put all its weight there: each counts d / k times.
 *
 * @module
 */
import type { Difference } from "../params/quantise.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Chosen, Codec, Sparsifier } from "./codec.ts";
import { sparsifying } from "./differences.ts";
import { drawPlaces } from "./draw-places.ts";
import { ratioOption, sentOf } from "./share.ts";

/** Options of {@link randK}. */
export interface RandKOptions {
  /** In (0, 1]; 0.01 by default. */
  readonly ratio?: number;
}

/** The codec `rand-k`. Throws Fault "option-invalid". */
export const randK: PartFactory<RandKOptions, Codec> = definePart<RandKOptions, Codec>({
  room: "codec",
  name: "rand-k",
  about: "A random share of the numbers, scaled so that their mean is right; indices cost nothing.",
  fights: ["bottleneck"],
  paper: {
    authors: "Wangni, Wang, Liu, Zhang",
    title: "Gradient sparsification for communication-efficient distributed optimization",
    venue: "NeurIPS 2018",
    link: "https://arxiv.org/abs/1710.09854",
  },
  options: { ratio: ratioOption },
  make: ({ ratio }) => sparsifying(sparsifierOf(ratio)),
});

function sparsifierOf(ratio: number): Sparsifier {
  const sent = (length: number): number => sentOf(length, ratio);
  return {
    guarantee: { kind: "unbiased", variance: (length) => (length === 0 ? 0 : length / sent(length) - 1) },
    isLinear: true,
    most: sent,
    choose: (difference, key) =>
      valuesAt(difference, drawPlaces(key, sent(difference.trained.length), difference.trained.length)),
    write: () => new Uint8Array(0),
    frame: (_, length) => ({ count: sent(length), end: 0 }),
    read: (_, length, key) => ({ indices: drawPlaces(key, sent(length), length), end: 0 }),
    weigh: (weight, count, length) => (weight * length) / count,
  };
}

/** The numbers at `indices`; null where any number, also of those that are left out, is not finite. */
function valuesAt({ trained, anchor }: Difference, indices: Uint32Array): Chosen | null {
  const numberAt = (i: number): number =>
    Math.fround((trained[i] as number) - (anchor === null ? 0 : (anchor[i] as number)));
  for (let i = 0; i < trained.length; i++) if (!Number.isFinite(numberAt(i))) return null;
  return { indices, values: Float32Array.from(indices, numberAt) };
}
