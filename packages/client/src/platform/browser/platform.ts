/**
 * `#platform` in a page.
 *
 * @module
 */
export { openStore, defaultStore } from "./database-store.ts";
export { defaultCache } from "./stored-cache.ts";
export { deviceSignals } from "./device-signals.ts";
