/** Selections: whom to ask. @module */
export { byExamples, type ByExamplesSelectionOptions } from "./by-examples.ts";
export { uniform, type UniformSelectionOptions } from "./uniform.ts";
