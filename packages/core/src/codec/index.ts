/** Codecs: what travels. @module */
import type { PartFactory } from "../part/part.ts";
import { bfloat16 } from "./bfloat16.ts";
import { type ChainOptions, chainOver } from "./chain.ts";
import type { Codec } from "./codec.ts";
import { type EntropyOptions, entropyOver } from "./entropy.ts";
import { float16 } from "./float16.ts";
import { identity } from "./identity.ts";
import { kMeans } from "./k-means.ts";
import { qsgd } from "./qsgd.ts";
import { randK } from "./rand-k.ts";
import { sign } from "./sign.ts";
import { ternary } from "./ternary.ts";
import { threshold } from "./threshold.ts";
import { topK } from "./top-k.ts";

export { bfloat16, type Bfloat16Options } from "./bfloat16.ts";
export type { ChainOptions, EntropyOptions };

/** The codec `chain`, of one that chooses and one that quantises. Throws Fault "option-invalid". */
export const chain: PartFactory<ChainOptions, Codec> = chainOver(
  [topK, randK],
  [bfloat16, float16, kMeans, qsgd, sign, ternary],
);

/** The codec `entropy`, over any other. Throws Fault "option-invalid". */
export const entropy: PartFactory<EntropyOptions, Codec> = entropyOver([
  bfloat16,
  chain,
  float16,
  identity,
  kMeans,
  qsgd,
  randK,
  sign,
  ternary,
  threshold,
  topK,
]);
export { float16, type Float16Options } from "./float16.ts";
export { identity, type IdentityOptions } from "./identity.ts";
export { kMeans, type KMeansOptions } from "./k-means.ts";
export { qsgd, type QsgdOptions } from "./qsgd.ts";
export { randK, type RandKOptions } from "./rand-k.ts";
export { sign, type SignOptions } from "./sign.ts";
export { ternary, type TernaryOptions } from "./ternary.ts";
export { threshold, type ThresholdOptions } from "./threshold.ts";
export { topK, type TopKOptions } from "./top-k.ts";
