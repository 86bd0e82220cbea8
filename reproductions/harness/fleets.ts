/**
 * Fleets of devices that differ in their computing times, or in when they are there, and in nothing else.
 *
 * @module
 */
import type { Key, Part } from "@potluck/core";
import type { Device, Fleet } from "@potluck/scenario";

/** Options of a fleet whose transfers take no time worth mentioning and whose tasks always take the same. */
export const IDEAL_LINKS = {
  latencySeconds: 0,
  uploadBytesPerSecond: 1e15,
  downloadBytesPerSecond: 1e15,
  computeNoise: 0,
} as const;

const IDEAL_DEVICE: Device = {
  ...IDEAL_LINKS,
  tier: "1x",
  flopsPerSecond: 1e9,
  memoryBytes: null,
  latencyJitter: 0,
  taskTimes: null,
  failureRate: 0,
  dropoutRate: 0,
  restartSeconds: 60,
  availability: { kind: "always" },
};

/** What differs between devices. */
export type OwnTraits = Partial<
  Pick<Device, "tier" | "flopsPerSecond" | "computeNoise" | "taskTimes" | "failureRate" | "availability">
>;

/** A fleet of ideal devices with these traits: a function of how many there are and of a key. */
export function fleetOf(name: string, traitsOf: (count: number, key: Key) => readonly OwnTraits[]): Fleet & Part {
  return {
    part: { room: "fleet", name, options: {} },
    devices: async (count, key) => traitsOf(count, key).map((traits) => ({ ...IDEAL_DEVICE, ...traits })),
  };
}
