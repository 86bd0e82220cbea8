/**
 * The k numbers of largest magnitude (top-k), over the whole vector.
 *
 *     C(x)_i = x_i where |x_i| is among the k largest, else 0;   k = ⌈ratio · d⌉
 *
 * Which of equal magnitudes are sent goes by their place: the first. A number takes 4 bytes and what its index takes, see indices.ts: at 1% about 8 bits.
 * The choice is exact, and contractive with
 *
 *     δ = k / d
 *
 * With `selection` "sampled" a sample says from which magnitude on numbers are sent (sampled-largest.ts): ⌈0.8 k⌉ of the largest at least, k at most, and
 *
 *     δ = ⌈0.8 k⌉ / d
 *
 * In a warm-up k is larger: ⌈0.25^(e + 1) · d⌉ in stage e = 0 … 3 of equal length, if that is more, as deep gradient compression has it (Lin, Han,
 * Mao, Wang, Dally, ICLR 2018, https://arxiv.org/abs/1712.01887): early on the model changes fast, and what waits is soon wrong.
 *
 * Stich, Cordonnier, Jaggi, "Sparsified SGD with memory", NeurIPS 2018. https://arxiv.org/abs/1809.07599
 *
 * Pitfall: it is biased. What is small is never sent unless error feedback (room `feedback`) adds it up.
 *
 * Trust: nothing beyond what any codec does. The indices tell the server which parameters moved most.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Codec } from "./codec.ts";
import { sparsifying } from "./differences.ts";
import { saidByIndices } from "./indices.ts";
import { largest } from "./largest.ts";
import { leastSampled, sampledLargest } from "./sampled-largest.ts";
import { ratioOption, sentOf } from "./share.ts";

/** Options of {@link topK}. */
export interface TopKOptions {
  /** In (0, 1]; 0.01 by default. */
  readonly ratio?: number;
  /** Versions, a whole number ≥ 0, in which more is sent; 0 by default. */
  readonly warmUpVersions?: number;
  /** How they are found: exactly, the default, or by a threshold that a sample says. */
  readonly selection?: "exact" | "sampled";
}

/** The codec `top-k`. Throws Fault "option-invalid". */
export const topK: PartFactory<TopKOptions, Codec> = definePart<TopKOptions, Codec>({
  room: "codec",
  name: "top-k",
  about: "The numbers that changed most, and where they stand; nothing of all the others.",
  fights: ["bottleneck"],
  paper: {
    authors: "Stich, Cordonnier, Jaggi",
    title: "Sparsified SGD with memory",
    venue: "NeurIPS 2018",
    link: "https://arxiv.org/abs/1809.07599",
  },
  options: {
    ratio: ratioOption,
    warmUpVersions: {
      kind: "number",
      integer: true,
      minimum: 0,
      default: 0,
      unit: "versions",
      about: "in which more is sent: a quarter of the numbers, then a quarter of that, four times",
    },
    selection: {
      kind: "choice",
      of: ["exact", "sampled"],
      default: "exact",
      about: "whether the largest are found exactly, or by a threshold that a sample says",
    },
  },
  make: ({ ratio, warmUpVersions, selection }) =>
    warmUpVersions === 0
      ? choosing(ratio, selection)
      : {
          ...choosing(ratio, selection),
          for: ({ version }) => choosing(warmRatio(version, ratio, warmUpVersions), selection),
        },
});

function choosing(ratio: number, selection: "exact" | "sampled"): Codec {
  const most = (length: number): number => sentOf(length, ratio);
  // Of all numbers there is nothing to choose.
  const isSampled = selection === "sampled" && ratio < 1;
  const least = (length: number): number => (isSampled ? leastSampled(most(length)) : most(length));
  return sparsifying({
    ...saidByIndices(most, least),
    guarantee: {
      kind: "contractive",
      contraction: (length) => (length === 0 ? 1 : least(length) / length),
    },
    choose: (difference, key, kernels) => {
      const count = most(difference.trained.length);
      return isSampled ? sampledLargest(difference, count, key, kernels) : largest(difference, count, kernels);
    },
    sendsAll: ratio === 1,
    most,
  });
}

/** The stages of a warm-up, and by how much less is sent in each than in the one before. */
const STAGES = 4;
const FALL = 4;

/** The share that is sent in tasks that start from a version. */
function warmRatio(version: number, ratio: number, warmUpVersions: number): number {
  const stage = Math.floor((STAGES * version) / warmUpVersions);
  if (stage >= STAGES) return ratio;
  let share = 1;
  for (let fallen = 0; fallen <= stage; fallen++) share /= FALL;
  return Math.max(ratio, share);
}
