import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, type Scenario } from "@potluck/scenario";
import { expect, test } from "vitest";
import type { Metric } from "./experiment.ts";
import { frontOf, frontSection } from "./front.ts";
import type { ArmOutcome } from "./run.ts";

const metric = (name: string): Metric => ({ name, better: "higher", digits: 2, of: () => 0 });
const [accuracy, megabytes] = [metric("accuracy"), metric("MB")];

const tiny: Scenario = {
  name: "tiny",
  model: model.mlp({ hidden: [] }),
  data: data.gaussians({ classes: 2, features: 2, examplesPerClass: 4, testExamplesPerClass: 2 }),
  partition: partition.iid({ clients: 2, testShare: 0 }),
  fleet: fleet.uniform(),
  plan: federated({
    pacing: pacing.rounds({ cohort: 2 }),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { steps: 1, batchSize: 1 },
    versions: 1,
  }),
};

function outcomeOf(name: string, accuracies: readonly number[], costs: readonly number[]): ArmOutcome {
  const chosen = { knobs: {}, scenario: tiny };
  return { arm: { name, grid: [chosen] }, trials: [], chosen, values: [accuracies, costs] };
}

test("the picture of arms is that of their means, and the table goes from the fewest bytes to the most", () => {
  const arms = [
    outcomeOf("whole", [0.8, 0.9], [10, 10]),
    outcomeOf("beaten", [0.7, 0.7], [6, 4]),
    outcomeOf("few", [0.8, 0.8], [1, 1]),
  ];
  const outcome = {
    condition: { name: "digits", arms: [{ name: "whole", grid: [{ knobs: {}, scenario: tiny }] }] },
    arms,
  } as const;
  const front = frontOf({ metrics: [accuracy, megabytes] }, { accuracy, megabytes }, outcome);
  expect(front?.svg).toContain("digits");
  const lines = front === null ? [] : frontSection(front, "RESULT.svg");
  expect(lines.find((line) => line.startsWith("!["))).toContain("(RESULT.svg)");
  // whole: (0.8 + 0.9) ÷ 2 for 10 MB; beaten: 0.7 for (6 + 4) ÷ 2 MB, half of that
  expect(lines.filter((line) => line.startsWith("| ")).slice(2)).toEqual([
    "| **few** | 1.00 | 10.0 | 0.8000 | yes |",
    "| beaten | 5.00 | 2.0 | 0.7000 |  |",
    "| **whole** | 10.00 | 1.0 | 0.8500 | yes |",
  ]);
});

test("nothing is drawn of nothing", () => {
  expect(frontOf({ metrics: [accuracy] }, { accuracy, megabytes }, undefined)).toBeNull();
});
