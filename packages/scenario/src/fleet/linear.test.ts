import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { linear } from "./linear.ts";

test("computing times fall in equal steps from the slowest to the fastest", async () => {
  const devices = await linear({ spread: 0.8, flopsPerSecond: 1e9 }).devices(5, rootKey(1));
  // 1e9 operations take 1, 1 − 0.8/4 = 0.8, 0.6, 0.4 and 1 − 0.8 = 0.2 seconds
  const times = devices.map(({ flopsPerSecond }) => 1e9 / flopsPerSecond).sort((a, b) => b - a);
  for (const [i, time] of times.entries()) expect(time).toBeCloseTo([1, 0.8, 0.6, 0.4, 0.2][i] ?? 0, 12);
  expect(devices.map(({ computeNoise }) => computeNoise)).toEqual([0, 0, 0, 0, 0]);
});

test("without spread all devices are equally fast, and a fleet may be a single device", async () => {
  const even = await linear({ spread: 0 }).devices(4, rootKey(1));
  expect(new Set(even.map(({ flopsPerSecond }) => flopsPerSecond))).toEqual(new Set([8e9]));
  const [alone] = await linear().devices(1, rootKey(1));
  expect(alone).toMatchObject({ flopsPerSecond: 8e9, tier: "slow" });
});

test("a third of the devices each is slow, middle and fast", async () => {
  const devices = await linear().devices(9, rootKey(1));
  const bySpeed = devices.toSorted((a, b) => a.flopsPerSecond - b.flopsPerSecond).map(({ tier }) => tier);
  expect(bySpeed.join(" ")).toBe("slow slow slow middle middle middle fast fast fast");
});

test("the key decides who is slow", async () => {
  const order = async (seed: number): Promise<string> =>
    (await linear().devices(60, rootKey(seed))).map(({ flopsPerSecond }) => flopsPerSecond).join();
  expect(await order(1)).toBe(await order(1));
  expect(await order(1)).not.toBe(await order(2));
});
