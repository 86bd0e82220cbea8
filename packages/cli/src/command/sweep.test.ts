import { measured, sampleArm, sampleOutcome } from "@potluck/testkit";
import type { Arms } from "@potluck/comparison";
import { expect, test } from "vitest";
import { combinations, settingFrom } from "../scenario/variations.ts";
import { ranked, rankingLines, usualNumber } from "./sweep.ts";

/** An arm with these last accuracies. */
const arm = (name: string, ...accuracies: readonly [number, ...(readonly number[])]): Arms[number] => {
  const [first, ...others] = accuracies.map((accuracy) =>
    sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 10, accuracy, 100)]),
  );
  return sampleArm(name, first ?? sampleOutcome([]), ...others);
};

const lines = { report: "npx potluck report sweep-1", command: "npx potluck sweep a.json --seeds 3" };

const grid = combinations([settingFrom("plan.solver.learningRate=0.1,0.2,0.4")]);
const arms: Arms = [
  arm("learningRate=0.1", 0.5, 0.6, 0.7),
  arm("learningRate=0.2", 0.7, 0.8, 0.9),
  arm("learningRate=0.4", 0.5, 0.7, 0.75),
];

test("the table is sorted, best first, with the paired difference from the best", () => {
  const table = rankingLines(ranked(arms, "accuracy"), { grid, by: "accuracy", ...lines });
  const text = table.join("\n").replaceAll("\u00a0", " ");
  // −0.2, −0.1, −0.15: mean −0.15, s = 0.05, half 4.30265 · 0.05/√3 = 0.1242
  expect(text).toMatch(/0\.2 +80\.0% ± 10\.0%\n0\.4 +65\.0% ± 13\.2% +−15\.0 points \(−27\.4 to −2\.6\)\n0\.1 +60\.0%/);
  expect(text).toContain("3 combinations on 3 seeds, best accuracy first");
  expect(text).toContain("plan.solver.learningRate  accuracy");
  expect(text).toContain("`npx potluck report sweep-1` compares them in full");
  expect(text).toContain("`npx potluck sweep a.json --seeds 3` does it again");
});

test("a loss is better where it is lower", () => {
  expect(ranked(arms, "loss").arms.map(({ name }) => name)).toEqual([
    "learningRate=0.2",
    "learningRate=0.4",
    "learningRate=0.1",
  ]);
});

test("arms are sorted by accuracy, or by loss where none has an accuracy", () => {
  expect(usualNumber(arms)).toBe("accuracy");
  const last = { ...measured(1, 10, 0, 100), testAccuracy: null, testLoss: 0.5 };
  expect(usualNumber([sampleArm("regression", sampleOutcome([last]))])).toBe("loss");
});

test("arms that do not have the number come last, in their order", () => {
  const sorted = ranked(
    [arm("none", 0.5), sampleArm("late", sampleOutcome([measured(0, 0, 0.1, 0)], { versions: 9 }))],
    "accuracy",
  );
  expect(sorted.arms.map(({ name }) => name)).toEqual(["none", "late"]);
  const untimed = ranked(arms, "time-to-target");
  expect(untimed.arms).toEqual(arms);
  const [heading] = rankingLines(untimed, { grid, by: "time-to-target", ...lines });
  expect(heading).toContain("in the order of the settings, since none of them has time-to-target");
});

test("a combination that reaches the target on more seeds is better than one that is faster where it does; never comes last", () => {
  /** An arm whose seeds reach 0.6 after so many seconds, or never. */
  const reaching = (name: string, ...seconds: readonly (number | null)[]): Arms[number] => {
    const [first, ...others] = seconds.map((at) =>
      sampleOutcome([measured(0, 0, 0.1, 0), measured(1, at ?? 50, at === null ? 0.5 : 0.6, 100)], {
        targetAccuracy: 0.6,
      }),
    );
    return sampleArm(name, first ?? sampleOutcome([]), ...others);
  };
  const compared = ranked(
    [
      reaching("learningRate=0.1", null, null, null),
      reaching("learningRate=0.2", 5, null, null),
      reaching("learningRate=0.4", 30, 40, 35),
    ],
    "time-to-target",
  );
  expect(compared.arms.map(({ name }) => name)).toEqual(["learningRate=0.4", "learningRate=0.2", "learningRate=0.1"]);
  const text = rankingLines(compared, { grid, by: "time-to-target", ...lines })
    .join("\n")
    .replaceAll("\u00a0", " ");
  expect(text).toMatch(
    /0\.4 +35 s ± 5 s\n0\.2 +5 s \(1 of 3 seeds\) +−25 s \(1 of 3 seeds\)\n0\.1 +never \(0 of 3 seeds\)/,
  );
});

test("settings that make runs diverge on some seeds are not ranked by the seeds that were lucky", () => {
  // 90% on one seed of three, the models of the others could not be measured
  const lucky = arm("learningRate=0.4", 0.9);
  const diverged = sampleOutcome([measured(0, 0, 0.1, 0)], { versions: 1 });
  const unsteady = sampleArm("learningRate=0.4", lucky.runs[0].outcome, diverged, diverged);
  expect(ranked([unsteady, ...arms.slice(0, 2)], "accuracy").arms.map(({ name }) => name)).toEqual([
    "learningRate=0.2",
    "learningRate=0.1",
    "learningRate=0.4",
  ]);
});

test("losses of different kinds are not ranked", () => {
  const trainedFor = (name: string, testLoss: number): Arms[number] => {
    const last = { ...measured(1, 10, 0, 100), testAccuracy: null, testLoss };
    return sampleArm(`name=${name}`, sampleOutcome([last], { parts: [{ room: "loss", name, options: {} }] }));
  };
  const compared: Arms = [trainedFor("mean-squared-error", 0.5), trainedFor("huber", 0.1)];
  const by = usualNumber(compared);
  const losses = combinations([settingFrom("loss.name=mean-squared-error,huber")]);
  const [heading, ...table] = rankingLines(ranked(compared, by), { grid: losses, by, ...lines });
  expect(heading).toContain("in the order of the settings, since losses of different kinds are not comparable");
  expect(table.join("\n")).toMatch(/mean-squared-error +not comparable\s+huber +not comparable/);
});
