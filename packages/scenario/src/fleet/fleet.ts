/**
 * The contract of fleets: which devices take part.
 *
 * @module
 */
import type { Key } from "@potluck/core";
import type { Device } from "./device.ts";

/** Which devices take part. */
export interface Fleet {
  /**
   * `count` devices, client k having the k-th: a function of the fleet's options, its file if it has one, and the key.
   * Rejects with Fault "file-missing" or "file-corrupt" for a file that cannot be used.
   */
  readonly devices: (count: number, key: Key) => Promise<readonly Device[]>;
}
