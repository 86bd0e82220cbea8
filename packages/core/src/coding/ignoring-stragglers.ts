/**
 * Ignoring stragglers: every worker computes a chunk of its own, and a round does not wait for the slowest.
 *
 * The gradient is the mean over the examples of those who were heard. It is not exact: examples of who was late are missing
 * in it.
 *
 * Trust: that it is chance who is late. Where it is always the same workers, their examples are never learnt from, and the
 * model comes to the optimum of the others.
 *
 * Chen, Pan, Monga, Bengio, Jozefowicz, "Revisiting distributed synchronous SGD", 2016. https://arxiv.org/abs/1604.00981
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { plainScheme } from "./plain-scheme.ts";
import type { Coding, CodingScheme } from "./scheme.ts";
import { perRound } from "./stragglers.ts";

/** Options of {@link ignoringStragglers}. */
export interface IgnoringStragglersOptions {
  /** Of the slowest workers so many, ≥ 1, are not waited for. */
  readonly ignored: number;
}

/** The coding `ignoring-stragglers`. Throws Fault "option-invalid". */
export const ignoringStragglers: PartFactory<IgnoringStragglersOptions, Coding> = definePart<
  IgnoringStragglersOptions,
  Coding
>({
  room: "coding",
  name: "ignoring-stragglers",
  about: "No code: the slowest are not waited for, and the gradient is that of the examples of the others.",
  fights: ["delay"],
  paper: {
    authors: "Chen, Pan, Monga, Bengio, Jozefowicz",
    title: "Revisiting distributed synchronous SGD",
    venue: "arXiv 2016",
    link: "https://arxiv.org/abs/1604.00981",
  },
  options: {
    ignored: { kind: "number", integer: true, minimum: 1, about: "how many of the slowest a round does not wait for" },
  },
  make: ({ ignored }) => ({
    contradiction: (workers) =>
      ignored < workers ? null : `of ${workers} workers at most ${workers - 1} can be ignored, not ${ignored}`,
    schemeFor: (workers) => schemeOf(workers, ignored),
  }),
});

function schemeOf(workers: number, ignored: number): CodingScheme {
  const plain = plainScheme(workers, 0);
  return {
    ...plain,
    groups: plain.groups.map(({ share, code }) => ({ share, code: { ...code, dispensable: ignored } })),
    tolerates: perRound(ignored),
  };
}
