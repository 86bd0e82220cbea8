/** Schedules of plans in which nobody waits for the slowest, against schedules that were computed by hand. */
import { federated, pacing, type Part, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { type Device, type Fleet, model, scenario, type TimingResult } from "@potluck/scenario";
import { sampleDevice } from "@potluck/testkit";
import { simulateTiming } from "../index.ts";

/** FedFix's clock goes slow by so much, so that ties are no matter of rounding. */
const SLOW = 1 + 1e-9;

/** A device whose every task takes this long. Its links take no time that is worth mentioning. */
function busyFor(seconds: number): Device {
  const taskTimes = { kind: "whole", seconds: Float64Array.of(seconds) } as const;
  return { ...sampleDevice, taskTimes, latencySeconds: 0, uploadBytesPerSecond: 1e15, downloadBytesPerSecond: 1e15 };
}

/** The run of so many versions, four by default, on clients whose tasks take so long, each of whose updates counts the same. */
async function run(
  paced: ReturnType<typeof pacing.fedBuff>,
  seconds: readonly number[],
  versions = 4,
  maximumSeconds?: number,
): Promise<TimingResult> {
  const part = { room: "fleet", name: "by-hand", options: {} } as const;
  const fleet: Fleet & Part = { part, devices: async () => seconds.map(busyFor) };
  const plan = federated({
    pacing: paced,
    weighting: weighting.uniform(),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { epochs: 1, batchSize: 30 },
    versions,
  });
  const parts = {
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 4, features: 8, examplesPerClass: 30 }),
    partition: partition.iid({ clients: seconds.length, testShare: 0 }),
  };
  const until = maximumSeconds === undefined ? {} : { maximumSeconds };
  return simulateTiming({ scenario: scenario({ name: "by-hand", ...parts, fleet, plan, ...until }), seed: 1 });
}

test("a run that is as long as forty intervals of FedFix has the fortieth version", async () => {
  const { virtualSeconds, versions } = await run(pacing.fedFix({ intervalSeconds: 0.5 }), [0.4, 0.9], 1000, 20);
  expect(versions).toBe(40);
  expect(virtualSeconds).toBeCloseTo(20, 6);
});

test("a fixed interval publishes at every tick what is there by then: a client takes part every ⌈τ / Δt⌉ ticks", async () => {
  const { virtualSeconds, accounts, scorecard } = await run(pacing.fedFix({ intervalSeconds: 2 }), [1, 2.5, 3.9]);
  // At 2 and 6 seconds the first client alone, at 4 and 8 seconds all three.
  expect(virtualSeconds).toBe(8 * SLOW);
  expect(accounts().map(({ timesUsed }) => timesUsed)).toEqual([4, 2, 2]);
  const voices = accounts().map(({ contribution }) => Math.round(3 * contribution * 1e9) / 1e9);
  expect(voices).toEqual([8, 2, 2]);
  // Updates of the slower two began one version before the last.
  expect([scorecard.delay.stalenessP50, scorecard.delay.stalenessMax]).toEqual([0, 1]);
  // Waiting for ticks: 4 · 1, 1.5 + 1.5 and 0.1 + 0.1 of 3 · 8 seconds; at work 16.8 of them.
  expect(scorecard.delay.idleShare).toBeCloseTo(1 - 16.8 / (24 * SLOW), 9);
});

test("who takes whole intervals is in time for its tick, whatever rounding does to times", async () => {
  const [tenths, halves] = [1, 5].map(async (scale) => {
    const seconds = [1, 2, 3, 5].map((intervals) => (intervals * scale) / 10);
    const { accounts } = await run(pacing.fedFix({ intervalSeconds: scale / 10 }), seconds, 600);
    return accounts().map(({ timesUsed }) => timesUsed);
  });
  // Tasks of 1, 2, 3 and 5 intervals, 600 ticks.
  expect(await tenths).toEqual([600, 300, 200, 120]);
  expect(await halves).toEqual([600, 300, 200, 120]);
});

test("a buffer of two publishes with every second update, and who answered goes on at once", async () => {
  const { virtualSeconds, accounts, scorecard } = await run(pacing.fedBuff({ updates: 2 }), [1, 1.7, 5.05]);
  // Arrivals: 1 and 1.7 s | 2 and 3 s | 3.4 and 4 s | 5 and 5.05 s, of clients 0 1 | 0 0 | 1 0 | 0 2.
  expect(virtualSeconds).toBeCloseTo(5.05, 9);
  expect(accounts().map(({ timesUsed }) => timesUsed)).toEqual([5, 2, 1]);
  expect(accounts().map(({ contribution }) => contribution)).toEqual([2.5, 1, 0.5]);
  const { stalenessP50, stalenessP95, stalenessMax, idleShare } = scorecard.delay;
  expect([stalenessP50, stalenessP95, stalenessMax]).toEqual([0, 3, 3]);
  expect(idleShare).toBeCloseTo(0, 9);
});

test("an update at a time makes a version with each: who takes 1 s is heard three times before who takes 3.5 s", async () => {
  const { virtualSeconds, accounts, scorecard } = await run(pacing.fedAsync(), [1, 3.5]);
  // Arrivals at 1, 2, 3 and 3.5 s.
  expect(virtualSeconds).toBeCloseTo(3.5, 9);
  expect(accounts().map(({ timesUsed }) => timesUsed)).toEqual([3, 1]);
  expect(scorecard.delay.stalenessMax).toBe(3);
});
