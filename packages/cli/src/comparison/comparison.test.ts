import { expect, test } from "vitest";
import { comparisonLines, comparisonObject } from "../output/comparison-lines.ts";
import { contrasts, pairingSentence, titleOf } from "./arms.ts";
import { compareArms, type Standing } from "./comparison.ts";
import { measured, sampleArm, sampleOutcome } from "./sample-arms.ts";

// The runs of "slow" end after 10, 12 and 14 s with 100 B, those of "fast" after 8 s with 200 B.
const slow = sampleArm(
  "slow",
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.4, 50), measured(2, 10, 0.7, 100)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.5, 50), measured(2, 12, 0.8, 100)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 9, 0.6, 50), measured(2, 14, 0.9, 100)]),
);
const fast = sampleArm(
  "fast",
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.5, 100), measured(2, 8, 0.6, 200)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.7, 100), measured(2, 8, 0.9, 200)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.5, 101), measured(2, 8, 0.7, 200)]),
);
const comparison = compareArms([slow, fast]);

function standings(key: string, { rows } = comparison): readonly Standing[] {
  return rows.find(({ metric }) => metric.key === key)?.standings ?? [];
}

const plain = (lines: readonly string[]): string => lines.join("\n").replaceAll("\u00a0", " ");

test("the common ends are those of the run that ends first, in virtual time and in bytes", () => {
  expect(comparison.ends).toEqual({ virtualSeconds: 8, bytes: 100 });
});

test("at equal virtual time every run has its last measurement up to there, without interpolation", () => {
  const [first, second] = standings("accuracy-at-equal-time");
  // slow at 8 s: versions measured at 4, 4 and 0 s; fast at 8 s: its ends
  expect(first?.values).toEqual([0.4, 0.5, 0.1]);
  expect(second?.values).toEqual([0.6, 0.9, 0.7]);
});

test("the difference is that of the pairs, by hand", () => {
  // 0.6 − 0.4, 0.9 − 0.5, 0.7 − 0.1 = 0.2, 0.4, 0.6: mean 0.4, s = 0.2, t(2) = 4.30265, half 4.30265 · 0.2/√3 = 0.49683
  const [first, second] = standings("accuracy-at-equal-time");
  expect(first?.difference).toBeNull();
  expect(second?.difference?.mean).toBeCloseTo(0.4, 12);
  expect(second?.difference?.low).toBeCloseTo(0.4 - 0.49683, 4);
  expect(second?.difference?.high).toBeCloseTo(0.4 + 0.49683, 4);
  expect(second?.mean).toBeCloseTo(2.2 / 3, 12);
  // deviations −0.4/3, 0.5/3, −0.1/3: squares sum to 0.42/9, s² = 0.21/9
  expect(second?.deviation).toBeCloseTo(Math.sqrt(0.21 / 9), 12);
});

test("at equal bytes as well: a measurement one byte too late does not count", () => {
  const [first, second] = standings("accuracy-at-equal-bytes");
  expect(first?.values).toEqual([0.7, 0.8, 0.9]);
  expect(second?.values).toEqual([0.5, 0.7, 0.1]);
});

test("an arm loses to an enemy by a number in which another arm is better beyond doubt", () => {
  // bytes: 100 against 200 in every pair, so the interval has no width
  const [good, bad] = comparison.verdicts;
  expect(good?.losses).toEqual([]);
  expect(bad?.losses).toMatchObject([
    { enemy: "bottleneck", metric: { key: "bytes-up" }, mean: 100, best: "slow", bestMean: 50 },
    { enemy: "bottleneck", metric: { key: "bytes-down" }, mean: 100, best: "slow", bestMean: 50 },
  ]);
});

test("one seed has no interval, and nothing is lost by it", () => {
  const { verdicts, rows } = compareArms([sampleArm("a", slow.runs[0].outcome), sampleArm("b", fast.runs[0].outcome)]);
  expect(verdicts.flatMap(({ losses }) => losses)).toEqual([]);
  expect(standings("accuracy", { ...comparison, rows })[1]?.difference).toMatchObject({ low: null, high: null });
});

test("a number that a seed has not reached is averaged over the others, says so, and has no difference", () => {
  const target = { targetAccuracy: 0.65 };
  const { scorecard } = slow.runs[0].outcome;
  const delay = { ...scorecard.delay, secondsToTarget: 10 };
  const reached = { ...target, scorecard: { ...scorecard, delay } };
  const arms = compareArms([
    sampleArm("a", sampleOutcome(slow.runs[0].outcome.measurements, reached)),
    sampleArm("b", sampleOutcome(fast.runs[0].outcome.measurements, target)),
  ]);
  expect(standings("time-to-target", arms)).toMatchObject([
    { values: [10], mean: 10 },
    { values: [null], mean: null, difference: null },
  ]);
  expect(plain(comparisonLines(arms))).toMatch(/delay +time to target +10 s +none\n/);
});

test("the tables on the terminal", () => {
  const text = plain(comparisonLines(comparison));
  expect(text).toContain("2 arms, 3 seeds (1, 2, 3). For each seed all arms share data, partition, fleet and first");
  expect(text).toContain("at equal virtual time: 8 s (virtual)");
  expect(text).toMatch(/fast +73\.3% ± 15\.3% +\+40\.0 points \(−9\.7 to \+89\.7\) +0\.267 ± 0\.153 +−0\.4/);
  expect(text).toContain("at equal bytes: 100 B both ways");
  expect(text).toContain("fast  bottleneck (sent by clients 100 B, slow 50 B; sent to clients 100 B, slow 50 B)");
});

test("the object for programs has every number with the values of all seeds", () => {
  expect(comparisonObject(comparison)).toMatchObject({
    seeds: [1, 2, 3],
    arms: [{ name: "slow", runs: ["slow-1", "slow-2", "slow-3"] }, { name: "fast" }],
    ends: { virtualSeconds: 8, bytes: 100 },
    losses: [{ losses: [] }, { losses: [{ key: "bytes-up" }, { key: "bytes-down" }] }],
  });
});

test("arms that differ in what a seed decides are not called paired", () => {
  const other = sampleOutcome([measured(0, 0, 0.1, 0)], {
    parts: [
      { room: "model", name: "mlp", options: { hidden: [16] } },
      { room: "solver", name: "sgd", options: { learningRate: 0.2 } },
    ],
  });
  const arms = [sampleArm("a", slow.runs[0].outcome), sampleArm("b", other)] as const;
  expect(pairingSentence(arms)).toContain("differ in model:");
  expect(contrasts(arms)).toEqual([
    { setting: "model hidden", values: ["[8]", "[16]"] },
    { setting: "solver learningRate", values: ["0.1", "0.2"] },
    { setting: "versions", values: ["2", "0"] },
  ]);
});

test("few arms are the title, of many it says how many and of what", () => {
  expect(titleOf([slow, fast])).toBe("slow, fast");
  const [first, ...others] = Array.from({ length: 9 }, (_, at) => ({ ...slow, name: `learningRate=0.${at}` }));
  expect(titleOf([first ?? slow, ...others])).toBe("9 arms of sample");
});
