import { Fault, federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, type Scenario, scenario, setClock } from "./index.ts";

function sample(changes: Partial<Scenario>): Scenario {
  return scenario({
    name: "sample",
    model: model.mlp({ hidden: [4] }),
    data: data.gaussians({ classes: 2, features: 2, examplesPerClass: 10 }),
    partition: partition.iid({ clients: 2 }),
    fleet: fleet.uniform(),
    plan: federated({
      pacing: pacing.rounds({ cohort: 2 }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { steps: 1, batchSize: 1 },
      versions: 2,
    }),
    ...changes,
  });
}

test.each<[Partial<Scenario>, string]>([
  [{ maximumSeconds: -1 }, "maximumSeconds"],
  [{ maximumSeconds: Number.NaN }, "maximumSeconds"],
  [{ evaluateEvery: 0 }, "evaluateEvery"],
  [{ evaluateEvery: 1.5 }, "evaluateEvery"],
  [{ targetAccuracy: 2 }, "targetAccuracy"],
  [{ targetLoss: 0 }, "targetLoss"],
  [{ server: { uploadBytesPerSecond: 0 } }, "uploadBytesPerSecond"],
  [{ server: { downloadBytesPerSecond: -5 } }, "downloadBytesPerSecond"],
])("a scenario with %j is refused before it runs, by name", async (changes, name) => {
  const run = setClock({ scenario: sample(changes), seed: 1 });
  await expect(run).rejects.toThrow(Fault);
  await expect(run).rejects.toThrow(name);
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])("a seed of %d is refused", async (seed) => {
  await expect(setClock({ scenario: sample({}), seed })).rejects.toThrow("a seed is a whole number");
});

test("links without bound may be said to be so", async () => {
  const wide = sample({ server: { uploadBytesPerSecond: Number.POSITIVE_INFINITY } });
  await expect(setClock({ scenario: wide, seed: 1 })).resolves.toMatchObject({ seed: 1 });
});
