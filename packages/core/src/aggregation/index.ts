/** Aggregations: how updates become one. @module */
export { afaCd, type AfaCdOptions } from "./afa-cd.ts";
export { afaCs, type AfaCsOptions } from "./afa-cs.ts";
export { fedNova, type FedNovaOptions } from "./fed-nova.ts";
export { mean, type MeanOptions } from "./mean.ts";
export { mixing, type MixingOptions } from "./mixing.ts";
export { sum, type SumOptions } from "./sum.ts";
