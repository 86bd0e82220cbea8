import { measured, sampleOutcome, steadyArm } from "@potluck/testkit";
import { compareArms } from "@potluck/comparison";
import { expect, test } from "vitest";
import { comparisonLines, comparisonObject } from "./comparison-lines.ts";

const cheap = sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.5, 100), measured(2, 8, 0.6, 200)]);

const plain = (lines: readonly string[]): string => lines.join("\n").replaceAll("\u00a0", " ");
const lost = (arms: Parameters<typeof compareArms>[0]): readonly (readonly string[])[] =>
  compareArms(arms).verdicts.map(({ losses }) => losses.map(({ metric }) => metric.key));

test("an arm whose loss defines no accuracy is not behind by accuracies: they are not comparable", () => {
  const { measurements, scorecard } = cheap;
  const { starvation, unfairShare } = scorecard;
  const regression = sampleOutcome(
    measurements.map((measurement) => ({ ...measurement, testAccuracy: null })),
    {
      scorecard: {
        ...scorecard,
        starvation: { ...starvation, worstDecileAccuracy: null },
        unfairShare: { ...unfairShare, clientAccuracySpread: null },
      },
    },
  );
  const compared = compareArms([steadyArm("regression", 12, regression), steadyArm("classes", 12, cheap)]);
  const accuracies = [
    "accuracy-at-equal-time",
    "accuracy-at-equal-bytes",
    "accuracy",
    "worst-tenth",
    "accuracy-spread",
  ];
  expect(comparisonObject(compared)["notComparable"]).toEqual(accuracies);
  expect(lost(compared.arms)).toEqual([[], []]);
  const text = plain(comparisonLines(compared));
  expect(text).toContain("Nor are accuracies: the loss of an arm defines none.");
  expect(text).toMatch(/starvation +worst tenth of clients +at the end +not comparable +not comparable/);
  const alike = compareArms([steadyArm("one", 3, regression), steadyArm("other", 3, regression)]);
  expect(alike.incomparable).toEqual([]);
});

test("what prints the same is no loss, though it is not the same bits", () => {
  const idle = (idleShare: number): ReturnType<typeof sampleOutcome> =>
    sampleOutcome(cheap.measurements.map((one) => ({ ...one, scores: { ...one.scores, idleShare } })));
  expect(lost([steadyArm("a", 12, idle(0.5)), steadyArm("b", 12, idle(0.5001))])).toEqual([[], []]);
  expect(lost([steadyArm("a", 12, idle(0.5)), steadyArm("b", 12, idle(0.501))])).toEqual([[], ["idle-time"]]);
});

test("differences that are all alike say how many seeds would decide them, where there are too few", () => {
  const dear = sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.5, 100), measured(2, 8, 0.6, 300)]);
  const compared = compareArms([steadyArm("cheap", 5, cheap), steadyArm("dear", 5, dear)]);
  // 10 scores: 2 · 0.5^5 = 1/16 each; 10 · 2 · 0.5^8 = 0.078 is too much, 10 · 2 · 0.5^9 = 0.039 is not
  expect(compared.rows.filter(({ metric }) => metric.enemy !== null)).toHaveLength(10);
  expect(
    compared.verdicts.map(({ undecided }) => undecided.map(({ metric, seedsNeeded }) => [metric.key, seedsNeeded])),
  ).toEqual([
    [],
    [
      ["bytes-up", 9],
      ["bytes-down", 9],
    ],
  ]);
  expect(plain(comparisonLines(compared))).toMatch(/sent by clients .* too few seeds to decide: 9 are needed$/m);
  const nine = compareArms([steadyArm("cheap", 9, cheap), steadyArm("dear", 9, dear)]);
  expect(plain(comparisonLines(nine))).not.toContain("too few seeds");
  const aiming = (testAccuracy: number): typeof cheap =>
    sampleOutcome([measured(0, 0, 0.1, 0), measured(2, 8, testAccuracy, 200)], { targetAccuracy: 0.65 });
  const missed = compareArms([steadyArm("a", 4, aiming(0.6)), steadyArm("b", 4, aiming(0.7))]);
  expect(plain(comparisonLines(missed))).toMatch(/time to target .* too few seeds to decide: 9 are needed$/m);
});

test("on two seeds the screen says why nobody loses", () => {
  const [first, second] = [steadyArm("a", 2, cheap), steadyArm("b", 2, cheap)];
  expect(plain(comparisonLines(compareArms([first, second])))).toContain(
    "none of the four enemies: fewer than 3 seeds decide nothing",
  );
});
