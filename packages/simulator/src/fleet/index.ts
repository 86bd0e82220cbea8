/** Fleets: which devices take part. @module */
export { linear, type LinearOptions } from "./linear.ts";
export { tiers, type TiersOptions } from "./tiers.ts";
export { uniform, type UniformFleetOptions } from "./uniform.ts";
