import { rootKey } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tiers } from "./tiers.ts";

test("tiers are as large as their shares, to within one device, whatever the count", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      async (count, shares) => {
        const slowdowns = shares.map((_, tier) => tier + 1);
        const devices = await tiers({ slowdowns, shares }).devices(count, rootKey(1));
        const sum = shares.reduce((total, share) => total + share, 0);
        expect(devices.length).toBe(count);
        shares.forEach((share, tier) => {
          const members = devices.filter((device) => device.tier === `${tier + 1}x`).length;
          expect(Math.abs(members - (count * share) / sum)).toBeLessThan(1);
        });
      },
    ),
  );
});

test("every client gets a device, whatever the shares", async () => {
  const share = fc.double({ min: 0, minExcluded: true, max: 1e6, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 100 }),
      fc.array(share, { minLength: 1, maxLength: 5 }),
      async (count, shares) => {
        const slowdowns = shares.map((_, tier) => tier + 1);
        expect((await tiers({ slowdowns, shares }).devices(count, rootKey(1))).length).toBe(count);
      },
    ),
  );
});

test("shares so large that their sum overflows are refused", () => {
  expect(() => tiers({ shares: [1e308, 1e308, 1e308] })).toThrow(
    "shares must be a list of numbers > 0 and ≤ 1000000, or null for none",
  );
});

test("a tier that is 3 times slower has a third of the speed and the same links", async () => {
  const devices = await tiers({ slowdowns: [1, 3], flopsPerSecond: 6e9 }).devices(2, rootKey(1));
  const speeds = devices.map(({ flopsPerSecond }) => flopsPerSecond).sort((a, b) => a - b);
  expect(speeds).toEqual([2e9, 6e9]);
  expect(new Set(devices.map(({ uploadBytesPerSecond }) => uploadBytesPerSecond)).size).toBe(1);
});

test("the key decides who is slow", async () => {
  const order = async (seed: number): Promise<string> =>
    (await tiers().devices(60, rootKey(seed))).map(({ tier }) => tier).join();
  expect(await order(1)).toBe(await order(1));
  expect(await order(1)).not.toBe(await order(2));
});

test("slowdowns without their shares are refused", () => {
  expect(() => tiers({ slowdowns: [1, 3], shares: [1] })).toThrow("2 slowdowns and 1 shares");
  expect(() => tiers({ slowdowns: [0.5] })).toThrow("slowdowns must be a list of numbers ≥ 1");
});
