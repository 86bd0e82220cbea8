/**
 * FedZip: of each layer the largest numbers, as a few values that fit them, entropy-coded.
 *
 *     per-layer( entropy( chain( top-k, k-means ) ) )
 *
 * top-k keeps the share `ratio` of a layer; k-means finds at most 2^`bits` values for them; where they stand is said by the shortest of gaps, a bitmap and Rice codes, and all of it goes
 * through an entropy coder, unless that is longer. It is contractive with the δ of the layer for which that is least; see those codecs.
 *
 * Malekijoo, Fadaeieslam, Malekijou, Homayounfar, Alizadeh-Shabdiz, Rawassizadeh, "FedZip: a compression framework for communication-efficient federated learning", 2021.
 * https://arxiv.org/abs/2102.01593
 *
 * Differs: the paper has three ways to say positions, all with Huffman codes, and gives sizes that are estimated; here the shortest of three others is taken, what is coded is coded by range
 * asymmetric numeral systems, and every byte is real: codebooks, tables and lengths are in it. The number of values is a power of two at most, where the paper has 3 to 15.
 *
 * Pitfall: it is biased, and what is left out is lost: with 1% and without error feedback much is.
 *
 * Trust: nothing beyond what any codec does.
 *
 * @module
 */
import { definePart, type Part, type PartFactory } from "../part/part.ts";
import type { Codec } from "./codec.ts";
import { perLayer } from "./per-layer.ts";

/** Options of {@link fedZipOf}'s codec. */
export interface FedZipOptions {
  /** The share of a layer's numbers that is sent, in (0, 1]; 0.01 by default. */
  readonly ratio?: number;
  /** A whole number in [1, 8]: a number is one of at most 2^bits; 2 by default. */
  readonly bits?: number;
}

/** The codec `fed-zip`, which sends each layer by what `layerCodec` makes. It throws Fault "option-invalid". */
export function fedZipOf(
  layerCodec: (options: Required<FedZipOptions>) => Codec & Part,
): PartFactory<FedZipOptions, Codec> {
  return definePart<FedZipOptions, Codec>({
    room: "codec",
    name: "fed-zip",
    about: "Of each layer the largest numbers, as a few values that fit them, entropy-coded.",
    fights: ["bottleneck"],
    paper: {
      authors: "Malekijoo, Fadaeieslam, Malekijou, Homayounfar, Alizadeh-Shabdiz, Rawassizadeh",
      title: "FedZip: a compression framework for communication-efficient federated learning",
      venue: "arXiv 2021",
      link: "https://arxiv.org/abs/2102.01593",
    },
    options: {
      ratio: {
        kind: "number",
        above: 0,
        maximum: 1,
        default: 0.01,
        about: "the share of a layer's numbers that is sent",
      },
      bits: {
        kind: "number",
        integer: true,
        minimum: 1,
        maximum: 8,
        default: 2,
        about: "a number that is sent is one of at most 2^bits",
      },
    },
    make: (options) => perLayer(layerCodec(options), "vectors"),
  });
}
