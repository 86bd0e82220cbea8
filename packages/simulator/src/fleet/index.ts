/** Fleets: which devices take part. @module */
export { tiers, type TiersOptions } from "./tiers.ts";
export { uniform, type UniformFleetOptions } from "./uniform.ts";
