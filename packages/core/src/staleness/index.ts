/** Staleness discounts: how much less an old update counts. @module */
export { constant, type ConstantStalenessOptions } from "./constant.ts";
export { hinge, type HingeStalenessOptions } from "./hinge.ts";
export { polynomial, type PolynomialStalenessOptions } from "./polynomial.ts";
