/** Downloads: how the model goes down to clients. @module */
export { changes, type ChangesOptions } from "./changes.ts";
export { whole, type WholeOptions } from "./whole.ts";
