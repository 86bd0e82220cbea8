/**
 * What differs between Node and browsers: `#platform`.
 *
 * @module
 */
import type { BlobCache } from "../blob-cache.ts";
import type { Clock } from "../clock.ts";
import type { SignalSource } from "../limits.ts";
import type { DeviceStore } from "../store.ts";

/**
 * Opens the store of a device: in Node the file at a path, in a page the origin's database of that name. Rejects with Fault
 * "folder-in-use" where another process or page has it open, "store-corrupt" where it cannot be read.
 */
export type OpenStore = (name: string) => Promise<DeviceStore>;

/** The store of a device that was not given one, for the coordinator at `url`. */
export type DefaultStore = (url: string) => Promise<DeviceStore>;

/** A cache for blobs. */
export type DefaultCache = () => BlobCache;

/** The clock of the device. */
export type DeviceClock = () => Clock;

/** What the platform says of the device from here on. */
export type DeviceSignals = () => SignalSource;
