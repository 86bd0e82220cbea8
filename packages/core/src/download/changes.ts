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
  /** C: any codec that is not right on average only. */
  readonly codec: Codec & Part;
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
    options: { codec: codecOption(codecs, "C: how changes are sent") },
    make: ({ codec }) => {
      if (codec.guarantee.kind !== "unbiased") return { changes: codec };
      const message = `download "changes": codec "${codec.part.name}" is right on average and off by noise, which would be added up in what clients have`;
      throw new Fault("option-invalid", message, 'Use a codec such as "top-k", "sign" or "float16".');
    },
  });
}
