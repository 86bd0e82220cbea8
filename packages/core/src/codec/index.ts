/** Codecs: what travels. @module */
import type { PartFactory } from "../part/part.ts";
import { bfloat16 } from "./bfloat16.ts";
import { type ChainOptions, chainOver } from "./chain.ts";
import type { Codec } from "./codec.ts";
import { countSketch } from "./count-sketch.ts";
import { type EntropyOptions, entropyOver } from "./entropy.ts";
import { type FedZipOptions, fedZipOf } from "./fed-zip.ts";
import { float16 } from "./float16.ts";
import { identity } from "./identity.ts";
import { kMeans } from "./k-means.ts";
import { lowRank } from "./low-rank.ts";
import { type PerLayerOptions, perLayerOver } from "./per-layer.ts";
import { qsgd } from "./qsgd.ts";
import { randK } from "./rand-k.ts";
import { sign } from "./sign.ts";
import { srht } from "./srht.ts";
import { ternary } from "./ternary.ts";
import { threshold } from "./threshold.ts";
import { topK } from "./top-k.ts";

export { bfloat16, type Bfloat16Options } from "./bfloat16.ts";
export type { ChainOptions, EntropyOptions, FedZipOptions, PerLayerOptions };

/** The codec `chain`, of one that chooses and one that quantises. Throws Fault "option-invalid". */
export const chain: PartFactory<ChainOptions, Codec> = chainOver(
  [topK, randK],
  [bfloat16, float16, kMeans, qsgd, sign, ternary],
);

export { countSketch, type CountSketchOptions } from "./count-sketch.ts";

/** The codecs that are made of no others but by a chain. */
const plain = [
  bfloat16,
  chain,
  countSketch,
  float16,
  kMeans,
  lowRank,
  qsgd,
  randK,
  sign,
  srht,
  ternary,
  threshold,
  topK,
];

/** The codec `entropy`, over any other that sends whole vectors. Throws Fault "option-invalid". */
export const entropy: PartFactory<EntropyOptions, Codec> = entropyOver([...plain, identity]);

/** The codec `fed-zip`. Throws Fault "option-invalid". */
export const fedZip: PartFactory<FedZipOptions, Codec> = fedZipOf(({ ratio, bits }) =>
  entropy({ codec: chain({ sparsifier: topK({ ratio }), quantiser: kMeans({ bits }) }) }),
);
export { float16, type Float16Options } from "./float16.ts";
export { identity, type IdentityOptions } from "./identity.ts";
export { kMeans, type KMeansOptions } from "./k-means.ts";
export { lowRank, type LowRankOptions } from "./low-rank.ts";

/** The codec `per-layer`, over any other. Throws Fault "option-invalid". */
export const perLayer: PartFactory<PerLayerOptions, Codec> = perLayerOver([...plain, entropy]);

export { qsgd, type QsgdOptions } from "./qsgd.ts";
export { randK, type RandKOptions } from "./rand-k.ts";
export { sign, type SignOptions } from "./sign.ts";
export { srht, type SrhtOptions } from "./srht.ts";
export { ternary, type TernaryOptions } from "./ternary.ts";
export { threshold, type ThresholdOptions } from "./threshold.ts";
export { topK, type TopKOptions } from "./top-k.ts";
