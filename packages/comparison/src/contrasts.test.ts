import { measured, sampleArm, sampleOutcome } from "@potluck/testkit";
import type { RunOutcome } from "@potluck/scenario";
import { expect, test } from "vitest";
import { contrasts, pairingSentence } from "./contrasts.ts";

const plain = sampleOutcome([measured(0, 0, 0.1, 0), measured(2, 10, 0.7, 100)]);

/** The plain outcome with another width of the model and another learning rate. */
function other(width: number, learningRate: number): RunOutcome {
  const parts: RunOutcome["parts"] = [
    { room: "model", name: "mlp", options: { hidden: [width] } },
    { room: "solver", name: "sgd", options: { learningRate } },
  ];
  return { ...plain, parts };
}

test("arms that differ in what a seed decides are not called paired", () => {
  const arms = [sampleArm("a", plain), sampleArm("b", other(16, 0.2))] as const;
  expect(pairingSentence(arms)).toContain("differ in model:");
  expect(contrasts(arms)).toEqual([
    { setting: "model hidden", values: ["[8]", "[16]"] },
    { setting: "solver learningRate", values: ["0.1", "0.2"] },
  ]);
});

test("what differs beside parts and plan is a contrast as well", () => {
  const conditions = { ...plain.conditions, uploadBytesPerSecond: 1e6, objective: "per-client" } as const;
  expect(contrasts([sampleArm("a", plain), sampleArm("b", { ...plain, conditions })])).toEqual([
    { setting: "objective", values: ["per-example", "per-client"] },
    { setting: "server uploadBytesPerSecond", values: [null, "1000000"] },
  ]);
});

test("all runs of an arm are looked at, not only the first", () => {
  const arms = [sampleArm("a", plain, plain), sampleArm("b", plain, other(16, 0.1))] as const;
  expect(contrasts(arms)).toEqual([{ setting: "model hidden", values: ["[8]", "varies: [8] or [16]"] }]);
  expect(pairingSentence(arms)).toContain("Arms of the same seed differ in model:");
  expect(pairingSentence(arms)).toContain("The runs of b differ in model hidden.");
});

test("arms that change together from seed to seed are paired, and said not to be one thing", () => {
  const arms = [sampleArm("a", plain, other(16, 0.1)), sampleArm("b", plain, other(16, 0.1))] as const;
  expect(pairingSentence(arms)).toBe(
    "For each seed all arms share data, partition, fleet and first model. The runs of a differ in model hidden. The runs of b differ in model hidden.",
  );
});
