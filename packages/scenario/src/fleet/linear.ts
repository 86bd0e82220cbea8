/**
 * A fleet whose computing times fall linearly from the slowest device to the fastest: the time model "F-X" of FedFix.
 *
 *     τ_i = (1 − i · spread / (M − 1)) · τ_0,     i = 0 … M − 1
 *
 * τ_0 is the slowest device's time, M the number of devices; F-80 is spread 0.8: the fastest device takes 80% less time.
 * Which client has which i is random, so that speed says nothing about data.
 *
 * Fraboni, Vidal, Kameni, Lorenzi, "A General Theory for Federated Optimization with Asynchronous and Heterogeneous
 * Clients Updates", JMLR 24, 2023. https://arxiv.org/abs/2206.10189
 *
 * @module
 */
import { definePart, fold, type Key, type PartFactory, permutation } from "@potluck/core";
import type { Device } from "./device.ts";
import { deviceFrom, type DeviceOptions, deviceOptions, speedOption, spreadOption } from "./device-options.ts";
import type { Fleet } from "./fleet.ts";

/** Options of {@link linear}. */
export interface LinearOptions extends DeviceOptions {
  /** By how much of the slowest device's time the fastest takes less, in [0, 1); 0.8 by default. */
  readonly spread?: number;
  /** Training speed of the slowest device in floating-point operations per second, ≥ 1; 8e9 by default. */
  readonly flopsPerSecond?: number;
}

/** The fleet `linear`. Throws Fault "option-invalid". */
export const linear: PartFactory<LinearOptions, Fleet> = definePart<LinearOptions, Fleet>({
  room: "fleet",
  name: "linear",
  about: "Devices whose computing times fall linearly from the slowest to the fastest.",
  fights: [],
  paper: {
    authors: "Fraboni, Vidal, Kameni, Lorenzi",
    title: "A General Theory for Federated Optimization with Asynchronous and Heterogeneous Clients Updates",
    venue: "JMLR 2023",
    link: "https://arxiv.org/abs/2206.10189",
  },
  options: {
    spread: {
      kind: "number",
      minimum: 0,
      below: 1,
      default: 0.8,
      about: "by how much of the slowest device's time the fastest takes less",
    },
    flopsPerSecond: speedOption("speed of the slowest device", 8e9),
    ...deviceOptions,
    computeNoise: spreadOption("spread (σ of the logarithm) of computing times", 0),
  },
  make: ({ spread, flopsPerSecond, ...options }) => {
    const slowest = deviceFrom("linear", options, { tier: "slow", flopsPerSecond });
    return { devices: async (count, key) => inLine(slowest, spread, { count, key }) };
  },
});

function inLine(
  slowest: Device,
  spread: number,
  { count, key }: { readonly count: number; readonly key: Key },
): readonly Device[] {
  const places = permutation(fold(key, "linear"), count);
  return Array.from(places, (place) => {
    const time = 1 - (spread * place) / Math.max(1, count - 1);
    return { ...slowest, tier: tierOf(place, count), flopsPerSecond: slowest.flopsPerSecond / time };
  });
}

/** The third of the fleet that the device in this place belongs to, the slowest having place 0. */
function tierOf(place: number, count: number): string {
  return ["slow", "middle", "fast"][Math.floor((3 * place) / count)] ?? "fast";
}
