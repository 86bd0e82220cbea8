/** Feedback: what a client keeps of what its messages lost. @module */
export { dgc, type DgcOptions } from "./dgc.ts";
export { errorFeedback, type ErrorFeedbackOptions } from "./error-feedback.ts";
export { none, type NoFeedbackOptions } from "./none.ts";
