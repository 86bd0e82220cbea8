/**
 * What pages load from a coordinator: `import { join } from "/client/potluck.js"`.
 *
 * @module
 */
export { join, openStore, stateWords } from "../index.ts";
