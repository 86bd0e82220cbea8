import { federated, pacing, solver } from "@potluck/core";
import { partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, scenario } from "@potluck/scenario";
import { simulate } from "./simulate.ts";

test("it learns to tell the next letter of a text that repeats", async () => {
  const alphabet = 5;
  const count = 400;
  const features = Uint8Array.from({ length: 3 * count }, (_, at) => (Math.floor(at / 3) + (at % 3)) % alphabet);
  const labels = Uint8Array.from({ length: count }, (_, row) => (row + 3) % alphabet);
  const train = { count, shape: [3], features, scale: 1, labels, classes: alphabet };
  const part = { room: "data", name: "repeating", options: {} } as const;
  const result = await simulate({
    scenario: scenario({
      name: "text",
      model: model.charRnn({ units: 16, layers: 1 }),
      data: { part, load: async () => ({ name: "repeating", train, test: train }) },
      partition: partition.iid({ clients: 4 }),
      fleet: fleet.uniform(),
      plan: federated({
        pacing: pacing.rounds({ cohort: 4 }),
        solver: solver.adam({ learningRate: 0.03 }),
        work: { epochs: 2, batchSize: 20 },
        versions: 5,
      }),
    }),
    seed: 1,
    workers: 1,
  });
  expect(result.measurements.at(-1)?.testAccuracy).toBeGreaterThan(0.95);
});
