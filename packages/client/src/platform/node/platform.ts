/**
 * `#platform` in Node.
 *
 * @module
 */
import { memoryCache } from "../../blob-cache.ts";
import { realClock } from "../../clock.ts";
import { noSignals } from "../../limits.ts";
import { memoryStore } from "../../store.ts";
import type { DefaultCache, DefaultStore, DeviceClock, DeviceSignals } from "../platform.ts";

export { openStore } from "./file-store.ts";

/** A device that was not given a store is a new one. */
export const defaultStore: DefaultStore = async () => memoryStore();

/** Models are kept in memory. */
export const defaultCache: DefaultCache = () => memoryCache();

/** Nobody slows the timers of a process down. */
export const deviceClock: DeviceClock = () => realClock;

/** Node tells nothing of its owner's power and connection. */
export const deviceSignals: DeviceSignals = () => noSignals;
