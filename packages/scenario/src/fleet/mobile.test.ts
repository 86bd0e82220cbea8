import { fold, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { startsOnline } from "./availability.ts";
import { mobile } from "./mobile.ts";
import { onlineAt } from "./sample-presence.ts";
import { medianAndSpread } from "./sample-spread.ts";

const HOUR = 3600;

/** The share of 2000 phones that are available at each full hour of the first day. */
async function sharesByHour(options: Parameters<typeof mobile>[0]): Promise<readonly number[]> {
  const phones = await mobile(options).devices(2000, rootKey(1));
  const instants = Array.from({ length: 24 }, (_, hour) => hour * HOUR);
  const online = phones.map(({ availability }, k) => onlineAt(availability, fold(rootKey(2), k), instants));
  return instants.map((_, hour) => online.filter((course) => course[hour]).length / phones.length);
}

test("speeds and bandwidths have the documented medians, and span two orders of magnitude", async () => {
  const phones = await mobile().devices(4000, rootKey(1));
  const speeds = phones.map(({ flopsPerSecond }) => flopsPerSecond);
  const uploads = phones.map(({ uploadBytesPerSecond }) => uploadBytesPerSecond);
  for (const [values, median] of [[speeds, 5e9] as const, [uploads, 0.85e6] as const]) {
    const measured = medianAndSpread(values);
    // the median of 4000 has a standard error of 1.25 / √4000 = 2%
    expect(Math.abs(measured.median / median - 1)).toBeLessThan(0.08);
    expect(Math.abs(measured.spread - 1)).toBeLessThan(0.08);
    const sorted = values.toSorted((a, b) => a - b);
    const factor = (sorted[3960] ?? 0) / (sorted[40] ?? 0);
    expect(factor).toBeGreaterThan(60);
    expect(factor).toBeLessThan(170);
  }
  for (const { uploadBytesPerSecond, downloadBytesPerSecond } of phones) {
    expect(downloadBytesPerSecond / uploadBytesPerSecond).toBeCloseTo(2.7 / 0.85, 9);
  }
});

test("mean bandwidths are those that were measured worldwide", async () => {
  const phones = await mobile().devices(20_000, rootKey(3));
  const mean = phones.reduce((sum, { downloadBytesPerSecond }) => sum + downloadBytesPerSecond, 0) / phones.length;
  // 35.96 Mbit/s = 4.5e6 bytes per second; the mean of 20,000 has a standard error of 1.31 / √20000 = 0.9%
  expect(Math.abs(mean / 4.5e6 - 1)).toBeLessThan(0.05);
});

test("a third of the phones each is low-end, mid-range and high-end, with memory in the order of their speeds", async () => {
  const phones = await mobile().devices(3000, rootKey(1));
  const byTier = Map.groupBy(phones, ({ tier }) => tier);
  const classes = ["low-end", "mid-range", "high-end"].map((tier) => byTier.get(tier) ?? []);
  for (const members of classes) expect(Math.abs(members.length / 3000 - 1 / 3)).toBeLessThan(0.04);
  const fastest = classes.map((members) => Math.max(...members.map(({ flopsPerSecond }) => flopsPerSecond)));
  expect(fastest).toEqual(fastest.toSorted((a, b) => a - b));
  expect(classes.map(([first]) => first?.memoryBytes)).toEqual([2 ** 30, 2 ** 31, 2 ** 32]);
});

test("four times as many phones are available at three in the morning as at three in the afternoon", async () => {
  const shares = await sharesByHour({ utcOffsetHours: [0] });
  const [peak = 0, trough = 0] = [shares[3], shares[15]];
  expect(peak).toBe(Math.max(...shares));
  // 0.9 · 0.7 · 0.85 = 0.54 and 0.75 · 0.3 · 0.6 = 0.135, each ± 0.011
  expect(Math.abs(peak - 0.5355)).toBeLessThan(0.04);
  expect(Math.abs(trough - 0.135)).toBeLessThan(0.03);
});

test("the peak is at night where the phones are", async () => {
  const shares = await sharesByHour({ utcOffsetHours: [9] });
  const peak = shares.indexOf(Math.max(...shares));
  expect(Math.abs(peak - 18)).toBeLessThanOrEqual(1);
});

test("without the conditions phones are available as often as they are idle", async () => {
  const shares = await sharesByHour({ utcOffsetHours: [0], charging: "ignored", unmetered: "ignored" });
  expect(Math.abs((shares[3] ?? 0) - 0.9)).toBeLessThan(0.03);
  expect(Math.abs((shares[15] ?? 0) - 0.75)).toBeLessThan(0.04);
});

test("a time zone that is given twice is twice as likely", async () => {
  const phones = await mobile({ utcOffsetHours: [-5, -5, 5.5] }).devices(3000, rootKey(1));
  const offsets = phones.map(({ availability }) => "utcOffsetSeconds" in availability && availability.utcOffsetSeconds);
  expect(new Set(offsets)).toEqual(new Set([-5 * HOUR, 5.5 * HOUR]));
  expect(offsets.filter((offset) => offset === -5 * HOUR).length / 3000).toBeCloseTo(2 / 3, 1);
});

test("no time zone is refused", () => {
  expect(() => mobile({ utcOffsetHours: [] })).toThrow("utcOffsetHours is empty");
});

test("the key decides who is who; a larger fleet begins with the same phones", async () => {
  const [few, more, others] = [
    await mobile().devices(10, rootKey(1)),
    await mobile().devices(50, rootKey(1)),
    await mobile().devices(10, rootKey(2)),
  ];
  expect(more.slice(0, 10)).toEqual(few);
  expect(others).not.toEqual(few);
});

test("a million phones are at most 65,536 different ones, in few time zones", async () => {
  const phones = await mobile().devices(1_000_000, rootKey(1));
  expect(phones.length).toBe(1_000_000);
  expect(new Set(phones).size).toBe(65_536);
  expect(new Set(phones.map(({ availability }) => availability)).size).toBe(4);
  const online = phones.slice(0, 2000).filter(({ availability }, k) => startsOnline(availability, fold(rootKey(2), k)));
  expect(online.length).toBeGreaterThan(0);
});
