import { expect, test } from "vitest";
import { bandwidthOf, keepSpeed, measuredFlops, speedIn } from "./speed.ts";
import { memoryStore } from "./store.ts";

test("a device measures how fast it trains", async () => {
  const flops = await measuredFlops();
  expect(flops).toBeGreaterThan(1e6);
  expect(flops).toBeLessThan(1e14);
});

test("what is known of a device is kept, and nothing else is believed", async () => {
  const store = memoryStore();
  const nothing = { flopsPerSecond: null, uploadBytesPerSecond: null, downloadBytesPerSecond: null };
  expect(await speedIn(store)).toEqual(nothing);
  const known = { ...nothing, flopsPerSecond: 2e9, uploadBytesPerSecond: 1e6 };
  await keepSpeed(store, known);
  expect(await speedIn(store)).toEqual(known);
  await store.write("speed", new TextEncoder().encode('{"flopsPerSecond":-1,"uploadBytesPerSecond":"fast"}'));
  expect(await speedIn(store)).toEqual(nothing);
  await store.write("speed", new TextEncoder().encode("{"));
  expect(await speedIn(store)).toEqual(nothing);
});

test("small transfers tell nothing of the bandwidth", () => {
  expect(bandwidthOf(16_384, 0.5)).toBe(32_768);
  expect(bandwidthOf(16_383, 0.5)).toBeNull();
  expect(bandwidthOf(1e6, 0)).toBeNull();
});
