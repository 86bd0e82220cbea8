import { expect, test } from "vitest";
import { sampleDevice } from "@potluck/testkit";
import { tierSummaries } from "./setting.ts";

test("a tier is told by the median of its devices and by how far they lie apart, not by one of them", () => {
  const speeds = [8e9, 1e9, 2e9, 64e9];
  const devices = speeds.map((flopsPerSecond) => ({ ...sampleDevice, flopsPerSecond, uploadBytesPerSecond: Infinity }));
  const [tier] = tierSummaries({ devices });
  expect(tier).toMatchObject({
    tier: sampleDevice.tier,
    devices: 4,
    flopsPerSecond: { low: 1e9, median: 2e9, high: 64e9 },
    uploadBytesPerSecond: { low: Infinity, median: Infinity, high: Infinity },
  });
});

test("tiers are in the order of their medians, whichever device comes first, and of their names where those are equal", () => {
  const device = (tier: string, flopsPerSecond: number, uploadBytesPerSecond = Infinity): typeof sampleDevice => ({
    ...sampleDevice,
    tier,
    flopsPerSecond,
    uploadBytesPerSecond,
  });
  // The fastest device of "slow" is faster than any of "fast", whose median is higher.
  const devices = [device("slow", 9), device("fast", 5), device("slow", 1), device("fast", 5), device("slow", 1)];
  expect(tierSummaries({ devices }).map(({ tier }) => tier)).toEqual(["fast", "slow"]);
  const even = [device("10x", 1), device("3x", 1), device("wired", 1, 9), device("radio", 1, 2)];
  expect(tierSummaries({ devices: even }).map(({ tier }) => tier)).toEqual(["3x", "10x", "wired", "radio"]);
});
