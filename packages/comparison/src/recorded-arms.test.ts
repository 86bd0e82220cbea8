import { measured, sampleOutcome } from "@potluck/testkit";
import type { RunOutcome } from "@potluck/scenario";
import { describe, expect, test } from "vitest";
import { distinct } from "./arms.ts";
import { type RecordedRun, recordedArms } from "./recorded-arms.ts";

const outcome = sampleOutcome([measured(0, 0, 0.1, 0)]);
const outcomeOf = (): RunOutcome => outcome;

/** A finished run of a scenario with this learning rate. */
function record(id: string, seed: number, learningRate: number, changes: Partial<RecordedRun> = {}): RecordedRun {
  return {
    id,
    scenario: "plan",
    seed,
    kin: `plan with ${learningRate}`,
    experiment: null,
    arm: null,
    ...changes,
  };
}

/** The arms of these runs, each with its name and its runs. */
function grouped(...runs: readonly RecordedRun[]): readonly (readonly [string, readonly string[]])[] {
  return recordedArms(runs, outcomeOf).arms.map((arm) => [arm.name, arm.runs.map(({ run }) => run)] as const);
}

test("runs of one scenario are the seeds of one arm, in the order of the seeds", () => {
  expect(grouped(record("a", 2, 0.1), record("b", 1, 0.1))).toEqual([["plan", ["b", "a"]]]);
});

test("a scenario that was changed between two runs is another arm, though it is called the same", () => {
  expect(grouped(record("a", 1, 0.1), record("b", 1, 0.2))).toEqual([
    ["plan", ["a"]],
    ["plan-2", ["b"]],
  ]);
});

test("runs of a comparison and runs of the same scenario by itself are one arm", () => {
  const within = { experiment: "compare-1", arm: "short" };
  expect(grouped(record("a", 1, 0.1, within), record("b", 2, 0.1))).toEqual([["short", ["a", "b"]]]);
});

test("a scenario that one comparison ran twice stays two arms", () => {
  const [one, two] = ["plan", "plan-2"].map((arm) => ({ experiment: "compare-1", arm }));
  expect(grouped(record("a", 1, 0.1, one), record("b", 1, 0.1, two))).toEqual([
    ["plan", ["a"]],
    ["plan-2", ["b"]],
  ]);
});

test("of two runs with the same seed the later one counts", () => {
  expect(grouped(record("a", 1, 0.1), record("b", 1, 0.1))).toEqual([["plan", ["b"]]]);
  const { leftOut } = recordedArms([record("a", 1, 0.1), record("b", 1, 0.1)], outcomeOf);
  expect(leftOut).toEqual([{ run: "a", arm: "plan", seed: 1, why: "a later run of its arm has its seed" }]);
});

test("arms without a common seed are told with the seeds that they have", () => {
  expect(() => grouped(record("a", 1, 0.1), record("b", 2, 0.2))).toThrow(
    "the arms have no seed in common: plan has 1; plan-2 has 2",
  );
});

describe("a run that cannot be used", () => {
  const sweep = [1, 2].flatMap((seed) =>
    [0.1, 0.2, 0.3].map((rate) =>
      record(`${rate}-${seed}`, seed, rate, { experiment: "sweep-1", arm: `learningRate=${rate}` }),
    ),
  );
  const without = (...lost: readonly string[]): ReturnType<typeof recordedArms> =>
    recordedArms(sweep, ({ id }) => (lost.includes(id) ? { why: `${id} is gone` } : outcome));

  test("is left out with all of its seed, by name, and its arm stays the first", () => {
    const { arms, leftOut, lostArms } = without("0.1-1");
    expect(arms.map(({ name, runs }) => [name, runs.map(({ run }) => run)])).toEqual([
      ["learningRate=0.1", ["0.1-2"]],
      ["learningRate=0.2", ["0.2-2"]],
      ["learningRate=0.3", ["0.3-2"]],
    ]);
    expect(leftOut).toEqual([
      { run: "0.1-1", arm: "learningRate=0.1", seed: 1, why: "0.1-1 is gone" },
      { run: "0.2-1", arm: "learningRate=0.2", seed: 1, why: "not all arms have seed 1" },
      { run: "0.3-1", arm: "learningRate=0.3", seed: 1, why: "not all arms have seed 1" },
    ]);
    expect(lostArms).toEqual([]);
  });

  test("takes its arm away only where the arm has no other", () => {
    const { arms, leftOut, lostArms } = without("0.1-1", "0.1-2");
    expect(arms.map(({ name, runs }) => [name, runs.length])).toEqual([
      ["learningRate=0.2", 2],
      ["learningRate=0.3", 2],
    ]);
    expect(leftOut.map(({ run }) => run)).toEqual(["0.1-1", "0.1-2"]);
    expect(lostArms).toEqual(["learningRate=0.1"]);
  });

  test("is not missed where another run of its arm has its seed", () => {
    const runs = [record("a", 1, 0.1), record("cut", 1, 0.1)];
    const { arms, leftOut } = recordedArms(runs, ({ id }) => (id === "cut" ? { why: "it was interrupted" } : outcome));
    expect([arms[0].runs[0].run, leftOut]).toEqual(["a", []]);
  });

  test("is named where no seed is left", () => {
    expect(() => without("0.1-1", "0.2-2")).toThrow(
      "no seed in common: learningRate=0.1 has 2; learningRate=0.2 has 1; learningRate=0.3 has 1, 2; 0.1-1 is gone; 0.2-2 is gone",
    );
  });
});

test("names that are taken get a number that is free", () => {
  expect(distinct(["a", "a-2", "a", "a", "b"])).toEqual(["a", "a-2", "a-3", "a-4", "b"]);
});
