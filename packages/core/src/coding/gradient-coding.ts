/**
 * Gradient coding: every worker computes s + 1 of n chunks, so that in every round any s of them may be late.
 *
 * Load (s + 1)/n, delay 0. How the chunks are combined is said in `gradient-code.ts`.
 *
 * Tandon, Lei, Dimakis, Karampatziakis, "Gradient coding: avoiding stragglers in distributed learning", ICML 2017.
 * https://proceedings.mlr.press/v70/tandon17a.html
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { undecodable } from "./gradient-code.ts";
import { plainScheme } from "./plain-scheme.ts";
import type { Coding } from "./scheme.ts";

/** Options of {@link gradientCoding}. */
export interface GradientCodingOptions {
  /** s ≥ 1: workers that may be late in a round. */
  readonly tolerated: number;
}

/** The coding `gradient-coding`. Throws Fault "option-invalid". */
export const gradientCoding: PartFactory<GradientCodingOptions, Coding> = definePart<GradientCodingOptions, Coding>({
  room: "coding",
  name: "gradient-coding",
  about: "Every worker computes s + 1 of n chunks, combined so that any s workers may be late in every round.",
  fights: ["delay"],
  paper: {
    authors: "Tandon, Lei, Dimakis, Karampatziakis",
    title: "Gradient coding: avoiding stragglers in distributed learning",
    venue: "ICML 2017",
    link: "https://proceedings.mlr.press/v70/tandon17a.html",
  },
  options: {
    tolerated: { kind: "number", integer: true, minimum: 1, about: "workers s that may be late in a round" },
  },
  make: ({ tolerated }) => ({
    contradiction: (workers) =>
      tolerated < workers
        ? undecodable(workers, tolerated)
        : `of ${workers} workers at most ${workers - 1} can be tolerated, not ${tolerated}`,
    schemeFor: (workers) => plainScheme(workers, tolerated),
  }),
});
