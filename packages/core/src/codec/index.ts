/** Codecs: what travels. @module */
export { bfloat16, type Bfloat16Options } from "./bfloat16.ts";
export { float16, type Float16Options } from "./float16.ts";
export { identity, type IdentityOptions } from "./identity.ts";
export { kMeans, type KMeansOptions } from "./k-means.ts";
export { qsgd, type QsgdOptions } from "./qsgd.ts";
export { randK, type RandKOptions } from "./rand-k.ts";
export { sign, type SignOptions } from "./sign.ts";
export { ternary, type TernaryOptions } from "./ternary.ts";
export { threshold, type ThresholdOptions } from "./threshold.ts";
export { topK, type TopKOptions } from "./top-k.ts";
