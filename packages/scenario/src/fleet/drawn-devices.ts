/**
 * Drawing the devices of a fleet one by one.
 *
 * @module
 */
import { fold, type Key } from "@potluck/core";
import type { Device } from "./device.ts";

/** The most different devices that are drawn; a larger fleet has several of each. */
const MAX_DRAWN_DEVICES = 2 ** 16;

/** `count` devices, the k-th drawn with a key of its own; from {@link MAX_DRAWN_DEVICES} on they are the first ones again. */
export function drawnDevices(count: number, key: Key, draw: (key: Key) => Device): readonly Device[] {
  const drawn = Array.from({ length: Math.min(count, MAX_DRAWN_DEVICES) }, (_, k) => draw(fold(key, k)));
  if (count <= drawn.length) return drawn;
  return Array.from({ length: count }, (_, k) => drawn[k % drawn.length]).filter((device) => device !== undefined);
}
