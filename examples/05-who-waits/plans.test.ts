import { analyse, type Analysis, simulate } from "@potluck/simulator";
import { expect, test } from "vitest";
import fedBuff from "./fed-buff.ts";
import fedCompass from "./fed-compass.ts";
import fedFix from "./fed-fix.ts";
import rounds from "./rounds.ts";

/** How much of its due the slowest third is heard. */
async function slowest(analysis: Promise<Analysis>): Promise<number> {
  const tier = (await analysis).tiers.find((one) => one.tier === "10x");
  return (tier?.realised ?? 0) / (tier?.asked ?? 1);
}

test("the four plans wait, and leave hungry, as the README says", async () => {
  const [waiting, buffered, fixed, paced] = [rounds, fedBuff, fedFix, fedCompass].map(async (scenario) =>
    analyse({ scenario, seed: 1 }),
  );
  if (!waiting || !buffered || !fixed || !paced) throw new Error("four plans");
  expect((await waiting).scorecard.delay.idleShare).toBeGreaterThan(0.4);
  expect((await buffered).scorecard.delay.idleShare).toBeLessThan(0.01);
  for (const fair of [waiting, fixed]) expect(await slowest(fair)).toBeGreaterThan(0.9);
  for (const hungry of [buffered, paced]) expect(await slowest(hungry)).toBeLessThan(0.4);
  expect((await buffered).findings[0]?.remedy).toContain('participation "inverse"');
}, 60_000);

test("a few versions of each train", async () => {
  for (const scenario of [rounds, fedBuff, fedFix, fedCompass]) {
    const result = await simulate({ scenario: { ...scenario, maximumSeconds: 5 }, seed: 1, workers: 2 });
    const [first, last] = [result.measurements[0], result.measurements.at(-1)];
    expect(last?.testLoss).toBeLessThan(first?.testLoss ?? 0);
  }
}, 120_000);
