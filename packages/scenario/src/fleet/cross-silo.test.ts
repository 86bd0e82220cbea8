import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { crossSilo } from "./cross-silo.ts";
import { medianAndSpread } from "./sample-spread.ts";

test("silos are always there, on links that are as fast up as down", async () => {
  const silos = await crossSilo().devices(8, rootKey(1));
  for (const silo of silos) {
    expect(silo).toMatchObject({ tier: "silo", memoryBytes: null, failureRate: 0, availability: { kind: "always" } });
    expect([silo.uploadBytesPerSecond, silo.downloadBytesPerSecond]).toEqual([125e6, 125e6]);
  }
});

test("speeds have the documented median and spread", async () => {
  const silos = await crossSilo().devices(4000, rootKey(1));
  const { median, spread } = medianAndSpread(silos.map(({ flopsPerSecond }) => flopsPerSecond));
  // a standard error of 0.3 · 1.25 / √4000 = 0.6%
  expect(Math.abs(median / 10e12 - 1)).toBeLessThan(0.03);
  expect(Math.abs(spread - 0.3)).toBeLessThan(0.03);
});

test("the key decides who is fast", async () => {
  const silos = async (seed: number): Promise<unknown> => crossSilo().devices(5, rootKey(seed));
  expect(await silos(1)).toEqual(await silos(1));
  expect(await silos(1)).not.toEqual(await silos(2));
});
