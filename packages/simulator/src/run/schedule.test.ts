import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { describe, expect, test } from "vitest";
import { fleet, model, type Scenario, scenario, type TimingResult } from "@potluck/scenario";
import { simulateTiming } from "../index.ts";

/** 8 features, 16 hidden values, 4 classes: 8 · 16 + 16 + 16 · 4 + 4 parameters of 4 bytes. */
const BYTES = 4 * 212;
const EXACT = { computeNoise: 0, latencySeconds: 0 } as const;

/** Four clients with 30 examples each, trained in one step. */
function even(changes: Partial<Scenario>, plan: Partial<Parameters<typeof federated>[0]> = {}): Scenario {
  return scenario({
    name: "even",
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 4, features: 8, examplesPerClass: 30 }),
    partition: partition.iid({ clients: 4, testShare: 0 }),
    fleet: fleet.uniform(EXACT),
    plan: federated({
      pacing: pacing.rounds({ cohort: 4 }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 30 },
      versions: 3,
      ...plan,
    }),
    ...changes,
  });
}

const timed = (of: Scenario): Promise<TimingResult> => simulateTiming({ scenario: of, seed: 1 });

/** Links so fast that only computing takes time, and so slow that it takes none. */
const FAST_LINKS = { uploadBytesPerSecond: 1e15, downloadBytesPerSecond: 1e15 } as const;
const FAST_DEVICES = { flopsPerSecond: 1e18 } as const;

describe("a synchronous round takes as long as the slowest of its cohort:", () => {
  test("twice as slow a device makes every round twice as long", async () => {
    const tiers = (slowdowns: readonly number[]) =>
      fleet.tiers({ slowdowns, ...EXACT, ...FAST_LINKS, flopsPerSecond: 1e5 });
    const [one, two] = await Promise.all([timed(even({ fleet: tiers([1]) })), timed(even({ fleet: tiers([1, 2]) }))]);
    expect(two.virtualSeconds / one.virtualSeconds).toBeCloseTo(2, 9);
    // Of the slower half none ever waits; the faster half waits half the time.
    expect(two.scorecard.delay.idleShare).toBeCloseTo(0.25, 6);
  });

  test("with devices that take no time, a round is the way there and back", async () => {
    const slow = fleet.uniform({
      ...EXACT,
      ...FAST_DEVICES,
      uploadBytesPerSecond: 100,
      downloadBytesPerSecond: 200,
      latencySeconds: 0.5,
    });
    const { virtualSeconds } = await timed(even({ fleet: slow }));
    expect(virtualSeconds).toBeCloseTo(3 * (0.5 + BYTES / 200 + 0.5 + BYTES / 100), 6);
  });
});

describe("the server's link", () => {
  const devices = fleet.uniform({
    ...EXACT,
    ...FAST_DEVICES,
    uploadBytesPerSecond: 1000,
    downloadBytesPerSecond: 1e12,
  });

  test("shared by four, makes each as slow as a quarter of it", async () => {
    const { virtualSeconds, scorecard } = await timed(even({ fleet: devices, server: { uploadBytesPerSecond: 1000 } }));
    expect(virtualSeconds).toBeCloseTo((3 * 4 * BYTES) / 1000, 6);
    expect(scorecard.bottleneck.serverLink).toMatchObject({
      saturatedShareUp: expect.closeTo(1, 6),
      saturatedShareDown: 0,
      peakBytesPerSecondUp: 1000,
    });
  });

  test("wide enough for all, is never full", async () => {
    const { virtualSeconds, scorecard } = await timed(even({ fleet: devices, server: { uploadBytesPerSecond: 4000 } }));
    expect(virtualSeconds).toBeCloseTo((3 * BYTES) / 1000, 6);
    expect(scorecard.bottleneck.serverLink).toMatchObject({ saturatedShareUp: 0, peakBytesPerSecondUp: 4000 });
  });
});

test("what is called back on its way is lost: the bytes that were over by then, and no more", async () => {
  // Two of four make a round; all upload the same bytes, two of them ten times as slowly.
  const plan = { pacing: pacing.rounds({ cohort: 2, overSelection: 2 }), versions: 1 };
  const slow = fleet.tiers({ slowdowns: [1, 1e6], ...EXACT, flopsPerSecond: 1e9, uploadBytesPerSecond: 100 });
  const { scorecard, accounts } = await timed(even({ fleet: slow }, plan));
  const { bytesUp, bytesDown, bytesLost } = scorecard.bottleneck;
  expect([bytesUp, bytesDown, bytesLost]).toEqual([2 * BYTES, 4 * BYTES, 0]);
  expect(accounts().map((account) => account.bytesLost)).toEqual([0, 0, 0, 0]);
  const equal = fleet.uniform({ ...EXACT, flopsPerSecond: 1e12, uploadBytesPerSecond: 100, computeNoise: 0.5 });
  const cut = (await timed(even({ fleet: equal }, plan))).scorecard.bottleneck;
  expect(cut.bytesUp).toBe(2 * BYTES + cut.bytesLost);
  expect(cut.bytesLost).toBeGreaterThan(0);
});

test("only the clock runs, and it runs as it does with training", async () => {
  const { simulate } = await import("./simulate.ts");
  const lively = even(
    { fleet: fleet.tiers({ failureRate: 0.2 }), server: { uploadBytesPerSecond: 3000 } },
    { pacing: pacing.rounds({ cohort: 2, overSelection: 1.5, quorum: 0.5 }), versions: 12 },
  );
  const clock = await timed(lively);
  const real = await simulate({ scenario: lively, seed: 1, workers: 1 });
  expect(clock.virtualSeconds).toBe(real.virtualSeconds);
  expect(clock.events).toBe(real.events);
  expect(clock.effectiveObjective).toEqual(real.effectiveObjective);
  expect(clock.scorecard.bottleneck).toEqual({ ...real.scorecard.bottleneck, uploadCompression: null });
  expect({ ...clock.scorecard.unfairShare, clientAccuracySpread: 0 }).toEqual({
    ...real.scorecard.unfairShare,
    clientAccuracySpread: 0,
  });
});
