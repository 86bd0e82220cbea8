import { fold, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { browserTabs } from "./browser-tabs.ts";
import { presenceUntil } from "./sample-presence.ts";
import { medianAndSpread } from "./sample-spread.ts";

test("phones and desktops are as frequent and as fast as documented", async () => {
  const visitors = await browserTabs().devices(6000, rootKey(1));
  const byTier = Map.groupBy(visitors, ({ tier }) => tier);
  expect((byTier.get("phone")?.length ?? 0) / 6000).toBeCloseTo(0.56, 1);
  for (const [tier, speed, upload] of [["phone", 3e9, 0.85e6] as const, ["desktop", 10e9, 3.5e6] as const]) {
    const members = byTier.get(tier) ?? [];
    const speeds = medianAndSpread(members.map(({ flopsPerSecond }) => flopsPerSecond));
    const uploads = medianAndSpread(members.map(({ uploadBytesPerSecond }) => uploadBytesPerSecond));
    // the medians of at least 2600 have standard errors of 0.7 · 1.25 / √2600 = 1.7% and of 2.5%
    expect(Math.abs(speeds.median / speed - 1)).toBeLessThan(0.08);
    expect(Math.abs(speeds.spread - 0.7)).toBeLessThan(0.08);
    expect(Math.abs(uploads.median / upload - 1)).toBeLessThan(0.12);
    expect(Math.abs(uploads.spread - 1)).toBeLessThan(0.1);
  }
});

test("tabs are open for a minute in 61, in stays of a minute", async () => {
  const [visitor] = await browserTabs().devices(1, rootKey(1));
  expect(visitor?.availability).toEqual({ kind: "on-off", meanOnlineSeconds: 60, meanOfflineSeconds: 3600 });
  const course = presenceUntil(visitor?.availability ?? { kind: "always" }, fold(rootKey(2), 0), 1e7);
  const stays = course.flatMap(({ online, since }, i) => (online ? [(course[i + 1]?.since ?? since) - since] : []));
  // about 2700 stays, a standard error of 1.2 s
  expect(Math.abs(stays.reduce((sum, stay) => sum + stay, 0) / stays.length - 60)).toBeLessThan(6);
});

test("the key decides who visits", async () => {
  const visitors = async (seed: number): Promise<unknown> => browserTabs().devices(20, rootKey(seed));
  expect(await visitors(1)).toEqual(await visitors(1));
  expect(await visitors(1)).not.toEqual(await visitors(2));
  const desktops = await browserTabs({ phones: 0 }).devices(20, rootKey(1));
  expect(new Set(desktops.map(({ tier }) => tier))).toEqual(new Set(["desktop"]));
});
