/**
 * A fleet of equal devices: the control for everything that unequal devices do to a plan.
 *
 * @module
 */
import { definePart, type PartFactory } from "@potluck/core";
import { deviceFrom, type DeviceOptions, deviceOptions, speedOption } from "./device-options.ts";
import type { Fleet } from "./fleet.ts";

/** Options of {@link uniform}. */
export interface UniformFleetOptions extends DeviceOptions {
  /** Training speed in floating-point operations per second, ≥ 1; 40e9 by default. */
  readonly flopsPerSecond?: number;
}

/** The fleet `uniform`. Throws Fault "option-invalid". */
export const uniform: PartFactory<UniformFleetOptions, Fleet> = definePart<UniformFleetOptions, Fleet>({
  room: "fleet",
  name: "uniform",
  about: "Devices that are all alike.",
  fights: [],
  options: { flopsPerSecond: speedOption("speed of a device", 40e9), ...deviceOptions },
  make: ({ flopsPerSecond, ...options }) => {
    const device = deviceFrom("uniform", options, { tier: "1x", flopsPerSecond });
    return { devices: async (count) => Array.from({ length: count }, () => device) };
  },
});
