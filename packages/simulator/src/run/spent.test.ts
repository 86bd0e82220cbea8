import { codec, download, feedback, federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, type RunResult, scenario } from "@potluck/scenario";
import { simulate } from "../index.ts";

const run = (parts: Partial<Parameters<typeof federated>[0]>): Promise<RunResult> =>
  simulate({
    scenario: scenario({
      name: "spending",
      model: model.mlp({ hidden: [8] }),
      data: data.gaussians({ classes: 3, features: 4, examplesPerClass: 40 }),
      partition: partition.iid({ clients: 4 }),
      fleet: fleet.uniform(),
      plan: federated({
        pacing: pacing.rounds({ cohort: 4 }),
        solver: solver.sgd({ learningRate: 0.1 }),
        work: { epochs: 1, batchSize: 16 },
        versions: 5,
        ...parts,
      }),
    }),
    seed: 1,
    workers: 1,
  });

const total = (spending: Readonly<Record<string, number>>): number =>
  Object.values(spending).reduce((sum, bytes) => sum + bytes, 0);

test("what bytes are spent on adds up to what went over the links", async () => {
  for (const parts of [
    {},
    { upload: codec.perLayer({ codec: codec.topK({ ratio: 0.2 }) }), feedback: feedback.errorFeedback() },
    { feedback: feedback.scaffold(), download: download.changes({ codec: codec.sign({ bucket: 16 }) }) },
  ]) {
    const { spent, scorecard } = await run(parts);
    expect(total(spent.up)).toBe(scorecard.bottleneck.bytesUp);
    expect(total(spent.down)).toBe(scorecard.bottleneck.bytesDown);
  }
});

test("it says what: layers by their names, models, changes, and what is remembered", async () => {
  const { spent } = await run({
    upload: codec.perLayer({ codec: codec.topK({ ratio: 0.2 }) }),
    feedback: feedback.scafcom(),
    download: download.changes({ codec: codec.topK({ ratio: 0.1 }) }),
  });
  expect(Object.keys(spent.down).slice(0, 3)).toEqual(["models", "what is remembered", "changes: indices"]);
  expect(Object.keys(spent.down)).toContain("changes: dense1.weight: numbers");
  expect(Object.keys(spent.up).filter((what) => what.endsWith(": indices"))).toHaveLength(2);
});
