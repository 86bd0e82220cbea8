/** Runs whose updates travel compressed. */
import { codec, federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, type RunResult, type Scenario, scenario } from "@potluck/scenario";
import { simulate, simulateTiming } from "../index.ts";

type Upload = ReturnType<typeof codec.identity>;

function sending(upload: Upload): Scenario {
  return scenario({
    name: "compressed",
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 4, features: 8, examplesPerClass: 150 }),
    partition: partition.dirichlet({ clients: 12, alpha: 0.5 }),
    fleet: fleet.tiers(),
    plan: federated({
      pacing: pacing.rounds({ cohort: 4 }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 2, batchSize: 16 },
      upload,
      versions: 6,
    }),
  });
}

const run = (upload: Upload, workers = 1): Promise<RunResult> =>
  simulate({ scenario: sending(upload), seed: 1, workers });

test("uploads take the bytes of their messages, downloads those of the model, and both their time", async () => {
  const plain = await run(codec.identity());
  const { params, scorecard, virtualSeconds } = await run(codec.qsgd({ bucket: 100 }));
  // 8 · 16 + 16 + 16 · 4 + 4 = 212 parameters: three scales and 212 bytes.
  expect(params).toHaveLength(212);
  expect(scorecard.bottleneck).toMatchObject({ bytesUp: 24 * 224, bytesDown: 24 * 848, bytesLost: 0 });
  expect(scorecard.bottleneck.uploadCompression).toBeCloseTo(848 / 224, 10);
  expect(virtualSeconds).toBeLessThan(plain.virtualSeconds);
});

test("eight bits train as well as thirty-two", async () => {
  const [plain, compressed] = [await run(codec.identity()), await run(codec.qsgd())];
  const lossOf = ({ measurements }: RunResult): number => measurements.at(-1)?.testLoss ?? Number.NaN;
  expect(compressed.modelHash).not.toBe(plain.modelHash);
  expect(Math.abs(lossOf(compressed) / lossOf(plain) - 1)).toBeLessThan(0.02);
});

test("what is drawn does not depend on the number of workers", async () => {
  const upload = codec.randK({ ratio: 0.3 });
  expect((await run(upload, 2)).modelHash).toBe((await run(upload, 1)).modelHash);
});

test("noise of clients is drawn anew for every task, the same in every run of a seed, and takes no bytes", async () => {
  const [noisy, again, plain] = [
    await run(codec.countSketch({ ratio: 0.5, noise: 0.01 })),
    await run(codec.countSketch({ ratio: 0.5, noise: 0.01 }), 2),
    await run(codec.countSketch({ ratio: 0.5 })),
  ];
  expect(again.modelHash).toBe(noisy.modelHash);
  expect(noisy.modelHash).not.toBe(plain.modelHash);
  expect(noisy.scorecard.bottleneck.bytesUp).toBe(plain.scorecard.bottleneck.bytesUp);
});

test("where only the clock runs, uploads take the same bytes if those do not depend on what they say", async () => {
  for (const upload of [codec.float16(), codec.qsgd(), codec.ternary(), codec.sign(), codec.randK()]) {
    const trained = await run(upload);
    const timed = await simulateTiming({ scenario: sending(upload), seed: 1 });
    expect(timed.scorecard.bottleneck.bytesUp).toBe(trained.scorecard.bottleneck.bytesUp);
    expect(timed.virtualSeconds).toBe(trained.virtualSeconds);
  }
});

test("where only the clock runs, those that do are stood for by noise", async () => {
  const upload = codec.topK({ ratio: 0.1 });
  const trained = await run(upload);
  const timed = await simulateTiming({ scenario: sending(upload), seed: 1 });
  const ratio = timed.scorecard.bottleneck.bytesUp / trained.scorecard.bottleneck.bytesUp;
  expect(ratio).toBeGreaterThan(0.9);
  expect(ratio).toBeLessThan(1.1);
});
