/** Weightings: how much an update counts. @module */
export { byExamples, type ByExamplesWeightingOptions } from "./by-examples.ts";
export { uniform, type UniformWeightingOptions } from "./uniform.ts";
