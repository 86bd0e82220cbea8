/**
 * Two codecs, one after the other: which numbers are sent, and how.
 *
 *     C(x) = Q(S x)
 *
 * S: `sparsifier`, which says which numbers are sent; Q: `quantiser`, for which these numbers, in order, are the whole vector. A message is what
 * S says of their places, and behind it the message of Q. Each draws from a key of its own. What is guaranteed of both together
 * is in guarantees.ts: with δ of S, ω or δ' of Q,
 *
 *     top-k with a contractive Q:  contractive with δ δ'
 *     top-k with an unbiased Q:    contractive with δ (1 − ω); refused where ω ≥ 1
 *     rand-k with an unbiased Q:   unbiased with (1 + ω) (1 + ω') − 1; with a contractive Q refused
 *
 * Basu, Data, Karakus, Diggavi, "Qsparse-local-SGD: distributed SGD with quantization, sparsification, and local computations",
 * NeurIPS 2019. https://arxiv.org/abs/1906.02367
 *
 * Differs from the paper: an unbiased Q with ω ≥ 1 is not scaled down to be contractive but refused.
 *
 * Pitfall: buckets of Q are buckets of the numbers that are sent, not of their neighbours in the model.
 *
 * Trust: what its parts trust.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import { invariant } from "../base/invariant.ts";
import { definePart, type Part, type PartFactory } from "../part/part.ts";
import { type Codec, codecFor, type Scheme, type Sparsifier } from "./codec.ts";
import { codecOption, type Inner } from "./codec-option.ts";
import { ofDifferences } from "./differences.ts";
import { whyNot } from "./guarantees.ts";
import { sparse } from "./sparse.ts";

/** Options of {@link chainOver}'s codec. */
export interface ChainOptions {
  /** S: `top-k` or `rand-k`. */
  readonly sparsifier: Codec & Part;
  /** Q: any codec that sends all of a vector in fewer bits. */
  readonly quantiser: Codec & Part;
}

/** The codec `chain` over such codecs, which the list of the room hands it. It throws Fault "option-invalid". */
export function chainOver(
  sparsifiers: readonly Inner[],
  quantisers: readonly Inner[],
): PartFactory<ChainOptions, Codec> {
  return definePart<ChainOptions, Codec>({
    room: "codec",
    name: "chain",
    about: "Some of the numbers, in a few bits each: a choice and a quantiser.",
    fights: ["bottleneck"],
    paper: {
      authors: "Basu, Data, Karakus, Diggavi",
      title: "Qsparse-local-SGD: distributed SGD with quantization, sparsification, and local computations",
      venue: "NeurIPS 2019",
      link: "https://arxiv.org/abs/1906.02367",
    },
    options: {
      sparsifier: codecOption(sparsifiers, "S: which numbers are sent"),
      quantiser: codecOption(quantisers, "Q: how they are sent"),
    },
    make: ({ sparsifier, quantiser }) => {
      const problem = whyNot(sparsifier.guarantee, quantiser.guarantee);
      if (problem !== null) {
        const [first, second] = [sparsifier.part.name, quantiser.part.name];
        throw new Fault("option-invalid", `codec "chain": "${first}" with "${second}": ${problem.why}`, problem.remedy);
      }
      return {
        ...(sparsifier.for !== undefined && { for: (subject) => chained(codecFor(sparsifier, subject), quantiser) }),
        ...chained(sparsifier, quantiser),
      };
    },
  });
}

function chained(sparsifier: Codec, quantiser: Codec): Codec {
  return ofDifferences(sparse(choiceOf(sparsifier), schemeOf(quantiser)));
}

function choiceOf({ stage }: Codec): Sparsifier {
  invariant(stage?.kind === "sparsifier", "a codec that says which numbers are sent");
  return stage.sparsifier;
}

function schemeOf({ stage }: Codec): Scheme {
  invariant(stage?.kind === "quantiser", "a codec that quantises");
  return stage.scheme;
}
