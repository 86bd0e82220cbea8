/**
 * `#platform` in a page.
 *
 * @module
 */
export { openStore, defaultStore } from "./database-store.ts";
export { defaultCache } from "./stored-cache.ts";
export { deviceClock } from "./device-clock.ts";
export { deviceSignals } from "./device-signals.ts";
