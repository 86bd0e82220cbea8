import { aggregation, conversion, pacing, participation, staleness, type FederatedOptions } from "@potluck/core";
import { describe, expect, test } from "vitest";
import type { Fleet } from "@potluck/scenario";
import { type Analysis, analyse, simulate } from "../index.ts";
import { sampleDevice } from "@potluck/testkit";
import { CLIENTS, planned, uniformly } from "./nine-clients.ts";

const plans: readonly (readonly [string, Partial<FederatedOptions>])[] = [
  ["rounds that take the fastest", { pacing: pacing.rounds({ cohort: 3, overSelection: 2 }) }],
  [
    "FedAsync",
    { ...uniformly, pacing: pacing.fedAsync(), staleness: staleness.hinge(), aggregation: aggregation.mixing() },
  ],
  ["FedBuff", { pacing: pacing.fedBuff({ updates: 4, concurrency: 7 }), staleness: staleness.polynomial() }],
  [
    "FedFix",
    {
      ...uniformly,
      pacing: pacing.fedFix({ intervalSeconds: 0.5 }),
      participation: participation.inverse(),
      aggregation: aggregation.sum({ divideBy: "clients" }),
    },
  ],
  ["FedCompass", { pacing: pacing.fedCompass(), work: { minimumSteps: 2, maximumSteps: 8, batchSize: 5 } }],
  [
    "anarchic",
    {
      ...uniformly,
      pacing: pacing.anarchic({ updates: 3 }),
      aggregation: aggregation.afaCs(),
      work: { minimumSteps: 1, maximumSteps: 8, batchSize: 5 },
    },
  ],
];

test.each(plans)("what it predicts of %s is what happens when the plan is simulated with training", async (_, plan) => {
  const request = { scenario: planned(plan), seed: 3 };
  const analysis = await analyse(request);
  const run = await simulate({ ...request, workers: 1 });
  expect(analysis.versions).toBe(60);
  expect(analysis.effectiveObjective).toEqual(run.effectiveObjective);
  expect(analysis.virtualSeconds).toBe(run.virtualSeconds);
  expect(analysis.scorecard.delay).toEqual({ ...run.scorecard.delay, secondsToTarget: null });
  const used = run.clients.reduce((sum, { timesUsed }) => sum + timesUsed, 0);
  expect(analysis.updatesPerHour).toBeCloseTo((used * 3600) / run.virtualSeconds, 6);
  expect(analysis.staleness.reduce((sum, [, updates]) => sum + updates, 0)).toBe(used);
  const tiers = Object.fromEntries(analysis.tiers.map(({ tier, realised }) => [tier, realised]));
  for (const [tier, realised] of Object.entries(tiers)) {
    const own = run.clients.filter((client) => client.tier === tier).map(({ id }) => id);
    const shares = own.map((id) => run.effectiveObjective.clients[id]?.realised ?? 0);
    expect(realised).toBeCloseTo(
      shares.reduce((sum, share) => sum + share, 0),
      12,
    );
  }
});

test("of conversions it says what is so where all are believed and where none is, and that training decides", async () => {
  const inverting = { ...uniformly, pacing: pacing.fedBuff({ updates: 3 }), aggregation: aggregation.sum() };
  const made = conversion.gradientInversion({ fromStaleness: 3, examples: 4, iterations: 2 });
  const scene = planned({ ...inverting, conversion: made });
  const [analysis, plain] = [
    await analyse({ scenario: scene, seed: 3 }),
    await analyse({ scenario: planned(inverting), seed: 3 }),
  ];
  expect(analysis.conversion?.disbelieved.bias).toBe(plain.effectiveObjective.bias);
  expect(analysis.conversion?.disbelieved.stalenessMax).toBe(plain.scorecard.delay.stalenessMax);
  expect(analysis.conversion?.believed.stalenessMax).toBeLessThan(3);
  expect(analysis.findings.map(({ problem }) => problem).join()).toContain("cannot be told without training");
  expect(plain.conversion).toBeNull();
  // Two iterations explain nothing: a run with training finds them out.
  const run = await simulate({ scenario: scene, seed: 3, workers: 1 });
  expect(run.scorecard.delay.stalenessMax).toBeGreaterThan(analysis.conversion?.believed.stalenessMax ?? Infinity);
});

test("conversions that nobody believes take the server's time all the same, and a server that cannot keep up is named", async () => {
  const plan = {
    ...uniformly,
    pacing: pacing.fedBuff({ updates: 3 }),
    aggregation: aggregation.sum(),
    conversion: conversion.gradientInversion({ fromStaleness: 3, examples: 4, iterations: 1, learningRate: 1000 }),
  };
  const request = { scenario: planned({ ...plan, versions: 40 }, { server: { flopsPerSecond: 10_000 } }), seed: 14 };
  const analysis = await analyse(request);
  // So wild a search finds nothing with this seed: a run with training believes none.
  const run = await simulate({ ...request, workers: 1 });
  expect(run.conversions?.failed).toBe(run.conversions?.conversions);
  const { bias } = run.effectiveObjective;
  expect(analysis.conversion?.disbelieved).toEqual({ bias, stalenessMax: run.scorecard.delay.stalenessMax });
  const atOnce = await analyse({ ...request, scenario: planned({ ...plan, versions: 40 }) });
  expect(atOnce.conversion?.disbelieved.bias).not.toBeCloseTo(bias ?? 0, 2);
  const congested = /the server is \d+\.\d s behind with conversions at the end of \d+\.\d s: it does not keep up/u;
  expect(analysis.findings.map(({ problem }) => problem).join()).toMatch(congested);
  expect(atOnce.findings.map(({ problem }) => problem).join()).not.toMatch(congested);
});

describe("devices that are too small for a task", () => {
  const part = { room: "fleet", name: "by-hand", options: {} } as const;
  /** A fleet in which so many devices have 100 bytes of memory, and the others enough for everything. */
  const cramped = (few: number): Fleet & { readonly part: typeof part } => ({
    part,
    devices: async (count) =>
      Array.from({ length: count }, (_, id) => ({ ...sampleDevice, memoryBytes: id < few ? 100 : null })),
  });
  const found = async (few: number): Promise<Pick<Analysis, "failures" | "findings">> =>
    analyse({
      scenario: planned({ pacing: pacing.rounds({ cohort: 4, quorum: 1 }) }, { fleet: cramped(few) }),
      seed: 1,
    });

  test("are named, with what mends it and nothing that cannot", async () => {
    const { failures, findings } = await found(3);
    expect(failures).toMatchObject([
      { reason: expect.stringMatching(/^the task needs 0\.\d+ MiB of memory/), times: expect.any(Number) },
    ]);
    expect(findings[0]).toEqual({
      problem: "3 of 9 clients can never be heard: a task needs more memory than their devices have",
      remedy: "Use a smaller model or smaller batches, or devices with more memory.",
    });
    const others = findings.slice(1).map(({ problem, remedy }) => `${problem} ${remedy}`);
    expect(others.join()).not.toMatch(/Run longer|weight/);
  });

  test("are all that is told where none is large enough", async () => {
    const { failures, findings } = await found(CLIENTS);
    expect(failures[0]?.times).toBeGreaterThan(0);
    expect(findings[0]?.problem).toMatch(/^9 of 9 clients can never be heard/);
    expect(findings.map(({ remedy }) => remedy).join()).not.toMatch(/Run longer|wait longer/);
  });
});
