import { measured, sampleArm, sampleOutcome } from "@potluck/testkit";
import { type Arm, compareArms, glanceTable, glancesAt } from "@potluck/comparison";
import type { RunOutcome } from "@potluck/scenario";
import { expect, test } from "vitest";
import { comparisonLines } from "./comparison-lines.ts";

const [sample] = sampleOutcome([measured(10, 100, 0.9, 1000)]).clients;
/** A client of each tier. */
function clientsOf(tiers: readonly string[]): RunOutcome["clients"] {
  return sample === undefined ? [] : tiers.map((tier, id) => ({ ...sample, id, tier }));
}
const importance = { bias: 0, standardError: null };
const ends = { virtualSeconds: 100, bytes: 1, updates: 1, target: { targetAccuracy: 0.9 } };

/**
 * An arm whose seeds reach 90% after so many seconds, or never, and that has realised these shares by its end, in which each
 * of as many tiers, "1x" and "10x" unless others are named, was to have the same.
 */
function arm(
  name: string,
  seconds: readonly (number | null)[],
  realised: readonly number[],
  tiers: readonly string[] = ["1x", "10x"],
): Arm {
  const [first, ...others] = seconds.map((at) => ({
    ...sampleOutcome([measured(0, 0, 0.1, 0), measured(3, at ?? 50, at === null ? 0.5 : 0.9, 60)], {
      targetAccuracy: 0.9,
    }),
    clients: clientsOf(tiers),
    effectiveObjective: {
      bias: 0,
      effectiveClients: null,
      clients: realised.map((share) => ({ ...importance, asked: 1 / tiers.length, realised: share })),
    },
  }));
  return sampleArm(name, first ?? sampleOutcome([]), ...others);
}

test("tells the mean time to the target and the tiers that had less than their due", () => {
  const arms = [arm("patient", [10, 30], [0.5, 0.5]), arm("hasty", [4, 8], [0.9, 0.1])] as const;
  const [patient, hasty] = glancesAt(arms, ends);
  expect(patient).toMatchObject({
    arm: "patient",
    time: { mean: 20 },
    updates: { mean: 6 },
    hungry: [],
  });
  expect(hasty?.time.mean).toBe(6);
  expect(hasty?.hungry).toEqual([{ tier: "10x", ofItsDue: 0.2 }]);
});

/** The rows of the table in words. */
function rowsOf(arms: Parameters<typeof glancesAt>[0]): readonly string[] | undefined {
  return glanceTable({ arms, ends })?.rows.map((row) => row.join(" | ").replaceAll("\u00a0", " "));
}

test("says it in words, where the arms have a target in common", () => {
  const arms = [arm("patient", [10], [0.5, 0.5]), arm("hasty", [4], [0.9, 0.1])] as const;
  expect(rowsOf(arms)).toEqual([
    "patient | 10 s | 6 | nobody",
    "hasty | 4 s | 6 | devices of tier 10x: heard 20.0% as much as they should be",
  ]);
  expect(glanceTable({ arms, ends: { ...ends, target: null } })).toBeNull();
});

test("names every tier that was left hungry, the hungriest first", () => {
  const tiers = ["1x", "3x", "10x", "30x"];
  // Of the quarter that was to be theirs, 3x had 12%, 10x nothing, and 30x 90%, which is enough.
  expect(rowsOf([arm("hasty", [4], [0.745, 0.03, 0, 0.225], tiers)])).toEqual([
    "hasty | 4 s | 6 | devices of tiers 10x and 3x: heard 0% and 12.0% as much as they should be",
  ]);
  expect(rowsOf([arm("hastier", [4], [1, 0, 0, 0], tiers)])).toEqual([
    "hastier | 4 s | 6 | devices of tiers 3x, 10x and 30x: heard 0%, 0% and 0% as much as they should be",
  ]);
});

test("of many hungry tiers it names the hungriest, and counts the others", () => {
  const tiers = ["a", "b", "c", "d", "e", "f", "g"];
  const named = "devices of tiers b, c, d, e and f: heard 0%, 0%, 0%, 0% and 0% as much as they should be";
  expect(rowsOf([arm("hasty", [4], [0.95, 0, 0, 0, 0, 0, 0.05], tiers)])).toEqual([
    `hasty | 4 s | 6 | ${named}; those of 1 other tier too little as well`,
  ]);
});

test("the updates are those of the way to the target, not of the whole run", () => {
  // versions of two updates: the third reaches the target, and the run goes on to the tenth
  const long = sampleOutcome([measured(0, 0, 0.1, 0), measured(3, 30, 0.9, 60), measured(10, 100, 0.95, 200)], {
    targetAccuracy: 0.9,
  });
  expect(rowsOf([sampleArm("long", long)])).toEqual(["long | 30 s | 6 | everybody"]);
});

test("a target that some seeds reached is told as among the scores", () => {
  const arms = [arm("some", [10, 20, null], [0.5, 0.5]), arm("none", [null, null, null], [0, 0])] as const;
  expect(rowsOf(arms)).toEqual([
    "some | 15 s ± 7.1 s (2 of 3 seeds) | 6 ± 0 (2 of 3 seeds) | nobody",
    "none | never (0 of 3 seeds) | never (0 of 3 seeds) | everybody",
  ]);
  const text = comparisonLines(compareArms(arms)).join("\n").replaceAll("\u00a0", " ");
  expect(text).toMatch(/time to target +at 90\.0% +15 s ± 7\.1 s \(2 of 3 seeds\) +never \(0 of 3 seeds\)/);
});

test("an arm that heard nobody has nobody's hunger", () => {
  expect(glancesAt([arm("missed", [10, null], [0, 0])], ends)).toMatchObject([{ hungry: null }]);
});
