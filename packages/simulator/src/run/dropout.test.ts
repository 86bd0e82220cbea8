import { decodePlain, federated, ownState, pacing, present, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import {
  type Device,
  fleet,
  type Fleet,
  model,
  type RunResult,
  type Scenario,
  scenario,
  SHA256_BYTES,
} from "@potluck/scenario";
import { sampleDevice } from "@potluck/testkit";
import { simulate, simulateTiming } from "../index.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** 8 features, 16 hidden values, 4 classes: 8 · 16 + 16 + 16 · 4 + 4 parameters of 4 bytes. */
const BYTES = 4 * 212;

/** What one device does that drops out of every task within the 10 seconds of its computing, for 60 seconds. */
const unsteady: Device = {
  ...sampleDevice,
  latencySeconds: 0,
  uploadBytesPerSecond: 1e15,
  downloadBytesPerSecond: 1e15,
  taskTimes: { kind: "whole", seconds: Float64Array.of(10) },
  dropoutRate: 1 - Number.EPSILON,
  restartSeconds: 60,
};

/** This device alone, asked round after round until 100 of them came to nothing. */
function alone(device: Device, deadlineSeconds: number | null = null): Scenario {
  const part = { room: "fleet", name: "by-hand", options: {} } as const;
  const byHand: Fleet & { part: typeof part } = { part, devices: async () => [device] };
  return scenario({
    name: "alone",
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 4, features: 8, examplesPerClass: 30 }),
    partition: partition.iid({ clients: 1, testShare: 0 }),
    fleet: byHand,
    plan: federated({
      pacing: pacing.rounds({ cohort: 1, deadlineSeconds }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 30 },
      versions: 2,
    }),
  });
}

test("the plan hears of a dropout when the device joins again", async () => {
  const { failures, scorecard, virtualSeconds, accounts, ended } = await simulateTiming({
    scenario: alone(unsteady),
    seed: 1,
  });
  expect(failures).toEqual(new Map([["the device dropped out without a word", 100]]));
  expect(scorecard.delay.tasksFailed).toBe(100);
  // Each of 100 tasks takes up to 10 seconds of computing, 5 on average, and 60 of silence: idle it never was.
  expect(virtualSeconds).toBeGreaterThan(100 * 63);
  expect(virtualSeconds).toBeLessThan(100 * 67);
  expect(accounts()[0]?.wastedSeconds).toBeCloseTo(virtualSeconds, 6);
  expect(ended).toContain("the device dropped out without a word. Set a deadline");
});

test("a device that is called back in its silence hears of its next task when it is back", async () => {
  const quick: Device = { ...unsteady, taskTimes: { kind: "whole", seconds: Float64Array.of(1e-3) } };
  const { failures, scorecard, virtualSeconds } = await simulateTiming({ scenario: alone(quick, 20), seed: 1 });
  expect(virtualSeconds).toBe(100 * 20);
  expect([failures.size, scorecard.delay.tasksRecalled, scorecard.delay.tasksFailed]).toEqual([0, 100, 0]);
  // It is given a task every 20 seconds, and hears of the one at 0, 60, …, 1980.
  expect(scorecard.bottleneck.bytesDown).toBe(34 * BYTES);
});

/** The same device where it can be reached between these seconds only. */
const reachable = (...seconds: readonly number[]): Device => ({
  ...unsteady,
  availability: { kind: "trace", toggles: Float64Array.from(seconds), periodSeconds: null },
});

test("a silent device that goes and comes says nothing: its silence outlasts the absence", async () => {
  const leaving = alone(reachable(0, 15, 20));
  const until = (maximumSeconds: number): ReturnType<typeof simulateTiming> =>
    simulateTiming({ scenario: { ...leaving, maximumSeconds }, seed: 1 });
  const away = await until(19);
  expect(away.failures).toEqual(new Map());
  // Started, flowing, through, dropped out, gone; it would be back at more than 60 seconds.
  expect(away.events).toBe(5);
  expect(away.accounts()[0]).toMatchObject({ timesAsked: 1, timesAnswered: 0, onlineSince: 0 });
  // At 20 it can be reached, and is silent still.
  const reachableAgain = await until(59);
  expect(reachableAgain.failures).toEqual(new Map());
  expect(reachableAgain.accounts()[0]?.timesAsked).toBe(1);
  const back = await until(71);
  expect(back.failures).toEqual(new Map([["the device dropped out without a word", 1]]));
  expect(back.accounts()[0]?.timesAsked).toBe(2);
  expect(back.scorecard.bottleneck.bytesDown).toBe(2 * BYTES);
});

test("an absence outlasts the silence: what a device was asked meanwhile it hears of when it can be reached", async () => {
  const leaving = reachable(0, 15, 100);
  const until = (maximumSeconds: number, deadlineSeconds: number | null): ReturnType<typeof simulateTiming> =>
    simulateTiming({ scenario: { ...alone(leaving, deadlineSeconds), maximumSeconds }, seed: 1 });
  const away = await until(99, null);
  expect([away.failures.size, away.accounts()[0]?.timesAsked]).toEqual([0, 1]);
  const back = await until(101, null);
  expect(back.failures).toEqual(new Map([["the device dropped out without a word", 1]]));
  expect(back.accounts()[0]?.timesAsked).toBe(2);
  // Called back every 30 seconds, it is asked at 0, 30, 60 and 90, and hears of the first and the last.
  expect((await until(99, 30)).scorecard.bottleneck.bytesDown).toBe(BYTES);
  const late = await until(101, 30);
  expect([late.accounts()[0]?.timesAsked, late.scorecard.bottleneck.bytesDown]).toEqual([4, 2 * BYTES]);
});

const lively: Scenario = {
  ...alone(unsteady),
  partition: partition.iid({ clients: 8 }),
  fleet: fleet.tiers({ flopsPerSecond: 1e6, dropoutRate: 0.4, failureRate: 0.1, restartSeconds: 0.9 }),
  plan: federated({
    pacing: pacing.rounds({ cohort: 4, quorum: 0.25, deadlineSeconds: 1 }),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { epochs: 1, batchSize: 30 },
    versions: 8,
  }),
};

/** A signal that is aborted from when it was looked at so often. */
function abortedAfter(looks: number): AbortSignal {
  const { signal } = new AbortController();
  let left = looks;
  Object.defineProperty(signal, "aborted", { get: () => left-- <= 0 });
  return signal;
}

test("a run that is interrupted while devices are silent goes on to the identical result", async () => {
  const whole = await simulate({ scenario: lively, seed: 1, workers: 1 });
  expect(whole.failures.get("the device dropped out without a word")).toBeGreaterThan(0);
  let silent = 0;
  let result: RunResult = await simulate({ scenario: lively, seed: 1, workers: 1, signal: abortedAfter(45) });
  while (result.checkpoint !== null) {
    const { checkpoint } = result;
    silent += Number(ownState<Checkpoint>(decodePlain(checkpoint.subarray(0, -SHA256_BYTES))).silence.size > 0);
    result = await simulate({ scenario: lively, seed: 1, workers: 1, checkpoint, signal: abortedAfter(45) });
  }
  expect(silent).toBeGreaterThan(0);
  expect({ ...result, wall: null }).toEqual({ ...whole, wall: null });
});

test("the clock alone runs as it does with training", async () => {
  const [clock, real] = await Promise.all([
    simulateTiming({ scenario: lively, seed: 1 }),
    simulate({ scenario: lively, seed: 1, workers: 2 }),
  ]);
  expect([clock.events, clock.virtualSeconds, clock.failures]).toEqual([
    real.events,
    real.virtualSeconds,
    real.failures,
  ]);
  expect(present(clock.failures.get("the device dropped out without a word"), "dropouts")).toBeGreaterThan(0);
});
