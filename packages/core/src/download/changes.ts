/**
 * Only what has changed goes down: the difference to the version that a client holds, by a codec.
 *
 *     w ← w + C(x − w)                                       with every version; w = x at first
 *
 * x is the server's model, w what clients have: they start from w, and their updates are differences to it. Every version has one message, C(x − w), the same for all. A client that holds an
 * earlier version is sent the messages since, or w whole where that is no more bytes; one that never had any gets w whole. A client holds a version once its download is complete.
 *
 * What C loses stays in x − w and goes down later, so that nothing else has to keep it: with a codec that is contractive w follows x at a distance that is bounded by what x moves.
 * Codecs that are right on average are refused: their noise would be added up in w. The published model, which is measured and saved, is x.
 *
 * With `lost` "dropped" the server goes on from what clients have, x ← w: the published model is w, and x − w is gone. That suits codecs that are right on average, and them alone: their noise is then
 * one of the steps, of ω times the squared length of each. With a sketch, count-sketch or srht, this is the download of sketched first-order training, w ← w + Rᵀ R (x − w) with an R that is new in every version
 * (Song, Wang, Yu, Zhang, "Sketching for first order method", ICML 2023, https://arxiv.org/abs/2210.08371). There x − w is a mean of what clients sketched with the same R, which is
 * not sketched twice; here the two ways have keys of their own, and their variances multiply, 1 + ω each.
 *
 * Gruntkowska, Tyurin, Richtárik, "EF21-P and friends: improved theoretical communication complexity for distributed optimization with bidirectional compression", ICML 2023.
 * https://arxiv.org/abs/2209.15218
 *
 * Memory: the server keeps w beside x, a number for every version and one for every client.
 *
 * Pitfall: clients that are seldom asked hold old versions, for which the model goes down whole: little is gained where few of many take part.
 *
 * Trust: nothing beyond what codecs do.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import type { Codec } from "../codec/codec.ts";
import { codecOption, type Inner } from "../codec/codec-option.ts";
import { definePart, type Part, type PartFactory } from "../part/part.ts";
import type { Download } from "./download.ts";

/** Options of {@link changesBy}'s download. */
export interface ChangesOptions {
  /** C: any codec that suits what becomes of what it loses. */
  readonly codec: Codec & Part;
  /** What becomes of what C loses: it is kept and goes down later, the default, or it is dropped. */
  readonly lost?: "kept" | "dropped";
}

/** The download `changes` by one of `codecs`, which the list of the room hands it. It throws Fault "option-invalid". */
export function changesBy(codecs: readonly Inner[]): PartFactory<ChangesOptions, Download> {
  return definePart<ChangesOptions, Download>({
    room: "download",
    name: "changes",
    about: "Only what has changed since the version that a client holds, by a codec.",
    fights: ["bottleneck"],
    paper: {
      authors: "Gruntkowska, Tyurin, Richtárik",
      title:
        "EF21-P and friends: improved theoretical communication complexity for distributed optimization with bidirectional compression",
      venue: "ICML 2023",
      link: "https://arxiv.org/abs/2209.15218",
    },
    options: {
      codec: codecOption(codecs, "C: how changes are sent"),
      lost: {
        kind: "choice",
        of: ["kept", "dropped"],
        default: "kept",
        about: "what becomes of what C loses: it goes down later, or the server goes on without it as well",
      },
    },
    make: ({ codec, lost }) => {
      const problem = whyNot(codec, lost);
      if (problem === null) return { changes: codec, ...(lost === "dropped" && { drops: true }) };
      throw new Fault(
        "option-invalid",
        `download "changes": codec "${codec.part.name}" ${problem.why}`,
        problem.remedy,
      );
    },
  });
}

/** Why a codec does not go with what becomes of what it loses, in words with what to use instead; null where it does. */
function whyNot(
  { guarantee, conceals }: Codec,
  lost: "kept" | "dropped",
): { readonly why: string; readonly remedy: string } | null {
  if (conceals === true) {
    return { why: "has noise of clients, and downloads come from the server", remedy: "Leave its noise out." };
  }
  if (guarantee.kind === "unbiased" && lost === "kept") {
    return {
      why: "is right on average and off by noise, which would be added up in what clients have",
      remedy: 'Use lost "dropped", or a codec such as "top-k", "sign" or "float16".',
    };
  }
  if (guarantee.kind === "contractive" && lost === "dropped") {
    return {
      why: "leaves something out, which would be lost for good",
      remedy: 'Use lost "kept", or a codec that is right on average, such as "count-sketch", "srht" or "qsgd".',
    };
  }
  return null;
}
