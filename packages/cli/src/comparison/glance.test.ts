import { expect, test } from "vitest";
import { glanceTable } from "./glance-table.ts";
import { glancesAt } from "./glance.ts";
import { measured, sampleArm, sampleOutcome } from "./sample-arms.ts";

const outcome = sampleOutcome([measured(10, 100, 0.9, 1000)]);
const [one, other] = outcome.clients;
const clients = [one, other].flatMap((client, id) =>
  client === undefined ? [] : [{ ...client, tier: ["1x", "10x"][id] ?? "" }],
);
const importance = { bias: 0, standardError: null };

function arm(name: string, seconds: readonly (number | null)[], realised: readonly number[]) {
  const outcomes = seconds.map((secondsToTarget) => ({
    ...outcome,
    clients,
    scorecard: { ...outcome.scorecard, delay: { ...outcome.scorecard.delay, secondsToTarget } },
    effectiveObjective: {
      ...outcome.effectiveObjective,
      clients: realised.map((share) => ({ ...importance, asked: 0.5, realised: share })),
    },
  }));
  const [first = outcome, ...others] = outcomes;
  return sampleArm(name, first, ...others);
}

test("tells the mean time to the target and the tier with the least of its due", () => {
  const [patient, hasty] = glancesAt([arm("patient", [10, 30], [0.5, 0.5]), arm("hasty", [4, 8], [0.9, 0.1])]);
  expect(patient).toEqual({ arm: "patient", secondsToTarget: 20, updates: 4, hungriest: { tier: "1x", ofItsDue: 1 } });
  expect(hasty?.secondsToTarget).toBe(6);
  expect(hasty?.hungriest).toEqual({ tier: "10x", ofItsDue: 0.2 });
});

test("says it in words, where the arms have a target in common", () => {
  const arms = [arm("patient", [10], [0.5, 0.5]), arm("hasty", [4], [0.9, 0.1])] as const;
  const ends = { virtualSeconds: 100, bytes: 1, updates: 1, target: { targetAccuracy: 0.9 } };
  expect(glanceTable({ arms, ends })?.rows.map((row) => row.join(" | ").replaceAll("\u00a0", " "))).toEqual([
    "patient | 10 s | 4 | nobody",
    "hasty | 4 s | 4 | devices of tier 10x: heard 20.0% as much as they should be",
  ]);
  expect(glanceTable({ arms, ends: { ...ends, target: null } })).toBeNull();
});

test("an arm that missed the target on a seed has no time, and one that heard nobody nobody's hunger", () => {
  const [missed] = glancesAt([arm("missed", [10, null], [0, 0])]);
  expect(missed).toMatchObject({ secondsToTarget: null, hungriest: null });
});
