/** Runs whose clients keep what their messages lose. */
import { codec, feedback, federated, type FederatedOptions, pacing, present, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, type RunResult, type Scenario, scenario, simulate } from "../index.ts";

function keeping(changes: Partial<FederatedOptions>): Scenario {
  return scenario({
    name: "keeping",
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 4, features: 8, examplesPerClass: 150 }),
    partition: partition.dirichlet({ clients: 12, alpha: 0.5 }),
    fleet: fleet.tiers({ dropoutRate: 0.1, uploadBytesPerSecond: 2000 }),
    plan: federated({
      pacing: pacing.rounds({ cohort: 6, overSelection: 1.5, quorum: 0.5, deadlineSeconds: 60 }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 2, batchSize: 16 },
      upload: codec.topK({ ratio: 0.02 }),
      feedback: feedback.errorFeedback(),
      versions: 20,
      ...changes,
    }),
  });
}

const run = (changes: Partial<FederatedOptions> = {}, workers = 1): Promise<RunResult> =>
  simulate({ scenario: keeping(changes), seed: 1, workers });

const lossOf = ({ measurements }: RunResult): number => present(measurements.at(-1)?.testLoss, "the last loss");

test("2% of the numbers train better where the rest is kept, for as many bytes", async () => {
  const [lossy, kept] = [await run({ feedback: feedback.none() }), await run()];
  expect(lossOf(kept)).toBeLessThan(lossOf(lossy));
  // Indices are told by gaps, which differ a little.
  expect(kept.scorecard.bottleneck.bytesUp / lossy.scorecard.bottleneck.bytesUp).toBeCloseTo(1, 1);
});

test("it is the same with any number of workers, and where nothing is lost the same as without", async () => {
  expect((await run({}, 2)).modelHash).toBe((await run()).modelHash);
  const all = codec.topK({ ratio: 1 });
  expect((await run({ upload: all })).modelHash).toBe(
    (await run({ upload: all, feedback: feedback.none() })).modelHash,
  );
});

test("a run that was interrupted goes on with what its clients kept", async () => {
  const { signal } = new AbortController();
  let left = 300;
  Object.defineProperty(signal, "aborted", { get: () => left-- <= 0 });
  const first = await simulate({ scenario: keeping({}), seed: 1, workers: 1, signal });
  const checkpoint = present(first.checkpoint, "a checkpoint");
  const second = await simulate({ scenario: keeping({}), seed: 1, workers: 1, checkpoint });
  expect(second.modelHash).toBe((await run()).modelHash);
});
