/** Aggregations: how updates become one. @module */
export { mean, type MeanOptions } from "./mean.ts";
