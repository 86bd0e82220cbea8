/** Runs whose clients keep what their messages lose. */
import {
  codec,
  feedback,
  federated,
  type FederatedOptions,
  pacing,
  present,
  serverOptimizer,
  solver,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, loss, model, type RunResult, type Scenario, scenario } from "@potluck/scenario";
import { simulate } from "../index.ts";

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

test("what is kept goes with the codec that sends numbers as they are, too", async () => {
  const losses = [codec.identity(), codec.topK({ ratio: 1 })].map(async (upload) =>
    lossOf(await run({ upload, feedback: feedback.dgc({ momentum: 0.5 }), versions: 6 })),
  );
  const [whole, all] = await Promise.all(losses);
  expect(whole).toBeCloseTo(present(all, "the loss with all numbers"), 1);
  expect(whole).toBeLessThan(1.5);
});

test("deep gradient compression at ratio 1, everyone taking part, is momentum at the server", async () => {
  const all = {
    pacing: pacing.rounds({ cohort: 12 }),
    work: { steps: 1, batchSize: 16 },
    upload: codec.topK({ ratio: 1 }),
  };
  // Nobody drops out: whoever is left out keeps what everyone else has sent.
  const lossWith = async (changes: Partial<FederatedOptions>): Promise<number> =>
    lossOf(
      await simulate({ scenario: { ...keeping({ ...all, ...changes }), fleet: fleet.uniform() }, seed: 1, workers: 1 }),
    );
  const [atClients, atServer, plain] = [
    await lossWith({ feedback: feedback.dgc({ momentum: 0.8 }) }),
    await lossWith({
      feedback: feedback.none(),
      serverOptimizer: serverOptimizer.momentum({ learningRate: 1, momentum: 0.8 }),
    }),
    await lossWith({ feedback: feedback.none() }),
  ];
  expect(atClients).toBeCloseTo(atServer, 5);
  expect(Math.abs(plain - atServer)).toBeGreaterThan(0.01);
});

test("a warm-up sends more in the first versions, and the server reads it", async () => {
  const bytes = async (upload: FederatedOptions["upload"]): Promise<number> => {
    const { scorecard, failures } = await run({ ...(upload && { upload }), versions: 4 });
    expect([...failures.keys()].join()).not.toContain("numbers, expected");
    return scorecard.bottleneck.bytesUp;
  };
  const [plain, warm] = [
    await bytes(codec.topK({ ratio: 0.02 })),
    await bytes(codec.topK({ ratio: 0.02, warmUpVersions: 4 })),
  ];
  // Shares of 25%, 6.25% and twice 2% in place of four times 2%, and no number is as long as its index at once.
  expect(warm / plain).toBeGreaterThan(3);
  expect(warm / plain).toBeLessThan(5);
});

test("clients and the server agree where one loss is ten times as steep, and come to the optimum by a rate that is estimated", async () => {
  const steep = scenario({
    name: "steep",
    model: model.linear({ intercept: "none" }),
    loss: loss.meanSquaredError(),
    data: data.quadratics({ clients: 4, dimensions: 5, smallestCurvature: 0.5, scales: [10, 1, 1, 1] }),
    partition: partition.byKey({ clients: 4, testShare: 0 }),
    fleet: fleet.uniform(),
    plan: federated({
      pacing: pacing.rounds({ cohort: 4 }),
      solver: solver.sgd({ learningRate: 0.01 }),
      work: { steps: 1, batchSize: 5 },
      upload: codec.topK({ ratio: 0.2 }),
      feedback: feedback.ef21W({ rate: "estimated" }),
      versions: 150,
    }),
  });
  const { optimum } = await simulate({ scenario: steep, seed: 1, workers: 1 });
  expect(optimum?.toAsked).toBeLessThan(1e-3);
});
