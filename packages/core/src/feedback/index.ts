/** Feedback: what clients, and the server with them, remember from one message to the next. @module */
export { dgc, type DgcOptions } from "./dgc.ts";
export { ef21, type Ef21Options } from "./ef21.ts";
export { ef21W, type Ef21WOptions } from "./ef21-w.ts";
export { errorFeedback, type ErrorFeedbackOptions } from "./error-feedback.ts";
export { none, type NoFeedbackOptions } from "./none.ts";
export { scafcom, type ScafcomOptions } from "./scafcom.ts";
export { scaffold, type ScaffoldOptions } from "./scaffold.ts";
export { scallion, type ScallionOptions } from "./scallion.ts";
