import { expect, test } from "vitest";
import type { RunOutcome } from "../output/run-outcome.ts";
import type { RunRecord } from "../store/run-record.ts";
import { distinct } from "./arms.ts";
import { recordedArms } from "./recorded-arms.ts";
import { measured, sampleOutcome } from "./sample-arms.ts";

const outcome = sampleOutcome([measured(0, 0, 0.1, 0)]);
const outcomeOf = (): RunOutcome => outcome;

/** A finished run of a scenario with this learning rate. */
function record(id: string, seed: number, learningRate: number, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    folder: id,
    scenario: "plan",
    title: null,
    seed,
    file: { name: "plan", plan: { solver: { name: "sgd", learningRate } } },
    inputs: {},
    plan: {},
    command: "",
    experiment: null,
    arm: null,
    versions: {},
    environment: {},
    startedAt: "",
    status: "finished",
    ended: "",
    endedAt: "",
    wallSeconds: 1,
    virtualSeconds: 1,
    rounds: 1,
    testAccuracy: 0.5,
    testLoss: 0.5,
    bytesUp: 1,
    bytesDown: 1,
    modelHash: "",
    ...changes,
  };
}

/** The arms of these runs, each with its name and its runs. */
function grouped(...runs: readonly RunRecord[]): readonly (readonly [string, readonly string[]])[] {
  return recordedArms(runs, outcomeOf).map((arm) => [arm.name, arm.runs.map(({ run }) => run)] as const);
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

test("scenarios that the store could not keep are told apart by their names and plans", () => {
  const own = { file: null, plan: { parts: ["mine"] } };
  expect(grouped(record("a", 1, 0, own), record("b", 2, 0, own), record("c", 1, 0, { ...own, plan: {} }))).toEqual([
    ["plan", ["a"]],
    ["plan-2", ["c"]],
  ]);
});

test("of two runs with the same seed the later one counts", () => {
  expect(grouped(record("a", 1, 0.1), record("b", 1, 0.1))).toEqual([["plan", ["b"]]]);
});

test("arms without a common seed are told with the seeds that they have", () => {
  expect(() => grouped(record("a", 1, 0.1), record("b", 2, 0.2))).toThrow(
    "the arms have no seed in common: plan has 1; plan-2 has 2",
  );
});

test("names that are taken get a number that is free", () => {
  expect(distinct(["a", "a-2", "a", "a", "b"])).toEqual(["a", "a-2", "a-3", "a-4", "b"]);
});
