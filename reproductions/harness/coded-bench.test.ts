import { coding, fold, rootKey } from "@potluck/core";
import { simulateTiming } from "@potluck/simulator";
import { describe, expect, test } from "vitest";
import { always, byChance, codedScenario } from "./coded-bench.ts";

const ROUNDS = 20_000;

function slowRounds(share: number, rounds: number): readonly boolean[] {
  const isSlow = byChance(share, rounds)(0, fold(rootKey(3), rounds));
  return Array.from({ length: ROUNDS }, isSlow);
}

describe("slowness by chance", () => {
  test.each([
    [0.1, 1],
    [0.1, 3],
    [0.3, 2],
  ])("is there in a share of %d of the rounds, where it lasts %i", (share, rounds) => {
    const slow = slowRounds(share, rounds);
    expect(slow.filter(Boolean).length / ROUNDS).toBeCloseTo(share, 1.7);
  });

  test("lasts as many rounds in a row as it is told to, or several times as many", () => {
    const text = slowRounds(0.1, 3).map(Number).join("");
    const bursts = text.split("0").filter((burst) => burst !== "");
    expect(bursts.length).toBeGreaterThan(100);
    // The last may be cut off.
    expect(bursts.slice(0, -1).every(({ length }) => length % 3 === 0)).toBe(true);
  });
});

test("the first workers are always slow, and the others never", () => {
  expect([0, 1, 2, 3].map((worker) => always(2)(worker, rootKey(1))())).toEqual([true, true, false, false]);
});

test("a worker takes a second, and so many seconds for all data: without a code a share of them", async () => {
  const run = { coding: coding.uncoded(), slowness: always(0), steps: 5, workers: 8, examples: 80 };
  const secondsWith = async (secondsPerLoad: number): Promise<number> =>
    (await simulateTiming({ scenario: codedScenario({ ...run, secondsPerLoad }), seed: 1 })).virtualSeconds;
  const [little, much] = [await secondsWith(0.8), await secondsWith(16.8)];
  // 16 s more for all data are 2 s for an eighth, in each of 5 rounds.
  expect(much - little).toBeCloseTo(10, 2);
  expect(little / 5).toBeGreaterThan(1.1);
  expect(little / 5).toBeLessThan(1.31);
});
