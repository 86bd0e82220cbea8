/**
 * A fleet of equal devices: the control for everything that unequal devices do to a plan.
 *
 * @module
 */
import { definePart, type PartFactory } from "@potluck/core";
import type { Fleet } from "./fleet.ts";
import { type LinkOptions, linkOptions } from "./link-options.ts";

/** Options of {@link uniform}. */
export type UniformFleetOptions = LinkOptions;

/** The fleet `uniform`. Throws Fault "option-invalid". */
export const uniform: PartFactory<UniformFleetOptions, Fleet> = definePart<UniformFleetOptions, Fleet>({
  room: "fleet",
  name: "uniform",
  about: "Devices that are all alike.",
  fights: [],
  options: linkOptions,
  make: (options) => ({
    devices: (count) =>
      Array.from({ length: count }, () => ({
        tier: "1x",
        memoryBytes: null,
        latencyJitter: 0,
        availability: { kind: "always" } as const,
        ...options,
      })),
  }),
});
