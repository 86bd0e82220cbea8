/** Conversions: what becomes of an old update before it counts. @module */
export { gradientInversion, type GradientInversionOptions } from "./gradient-inversion.ts";
export { none, type NoConversionOptions } from "./none.ts";
