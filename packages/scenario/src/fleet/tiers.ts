/**
 * A fleet in speed tiers: a device of tier t computes `slowdowns[t]` times slower than the fastest. Tiers are given
 * to clients at random, in the exact proportions of `shares`, so that speed says nothing about data.
 *
 * Links are the same for all tiers. The defaults are round figures of the order of magnitude of an office computer
 * that trains with one core (40 Gflop/s) behind a home connection (16 Mbit/s up, 80 Mbit/s down).
 *
 * @module
 */
import { definePart, Fault, fold, type Key, type PartFactory, permutation } from "@potluck/core";
import type { Device } from "./device.ts";
import { deviceFrom, type DeviceOptions, deviceOptions, speedOption } from "./device-options.ts";
import type { Fleet } from "./fleet.ts";

/** Options of {@link tiers}. */
export interface TiersOptions extends DeviceOptions {
  /** Training speed of the fastest device in floating-point operations per second, ≥ 1; 40e9 by default. */
  readonly flopsPerSecond?: number;
  /** How many times slower than the fastest device each tier is; [1, 3, 10] by default. */
  readonly slowdowns?: readonly number[];
  /** How large each tier is, in proportion, each in (0, 1e6]; all equal by default. */
  readonly shares?: readonly number[] | null;
}

/** The fleet `tiers`. Throws Fault "option-invalid". */
export const tiers: PartFactory<TiersOptions, Fleet> = definePart<TiersOptions, Fleet>({
  room: "fleet",
  name: "tiers",
  about: "Devices in speed tiers, all on the same links.",
  fights: [],
  options: {
    slowdowns: {
      kind: "numbers",
      minimum: 1,
      maximum: 1e6,
      default: [1, 3, 10],
      about: "how many times slower each tier is",
    },
    shares: { kind: "numbers", above: 0, maximum: 1e6, default: null, about: "how large each tier is, in proportion" },
    flopsPerSecond: speedOption("speed of the fastest device", 40e9),
    ...deviceOptions,
  },
  make: ({ slowdowns, shares: given, flopsPerSecond, ...options }) => {
    const shares = given ?? slowdowns.map(() => 1);
    if (slowdowns.length === 0 || shares.length !== slowdowns.length) {
      const message = `fleet "tiers" has ${slowdowns.length} slowdowns and ${shares.length} shares`;
      throw new Fault("option-invalid", message, "Give one share for each slowdown, and at least one slowdown.");
    }
    const kinds = slowdowns.map((slowdown) =>
      deviceFrom("tiers", options, { tier: `${slowdown}x`, flopsPerSecond: flopsPerSecond / slowdown }),
    );
    return { devices: async (count, key) => assign(kinds, quotas(shares, count), key) };
  },
});

/** How many of `count` each share gets: rounded down, and the remainder to the largest fractions, earlier ones first. */
function quotas(shares: readonly number[], count: number): readonly number[] {
  const sum = shares.reduce((total, share) => total + share, 0);
  const exact = shares.map((share) => (count * share) / sum);
  const whole = exact.map(Math.floor);
  const missing = count - whole.reduce((total, quota) => total + quota, 0);
  const byFraction = exact
    .map((value, tier) => ({ tier, fraction: value - Math.floor(value) }))
    .sort((a, b) => b.fraction - a.fraction || a.tier - b.tier);
  const lucky = new Set(byFraction.slice(0, missing).map(({ tier }) => tier));
  return whole.map((quota, tier) => quota + Number(lucky.has(tier)));
}

function assign(kinds: readonly Device[], counts: readonly number[], key: Key): readonly Device[] {
  const inOrder = kinds.flatMap((device, tier) => Array.from({ length: counts[tier] ?? 0 }, () => device));
  const order = permutation(fold(key, "tiers"), inOrder.length);
  return Array.from(order, (place) => inOrder[place]).filter((device) => device !== undefined);
}
