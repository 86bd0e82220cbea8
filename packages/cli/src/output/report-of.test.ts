import { coded, coding, serverOptimizer, total } from "@potluck/core";
import { partition } from "@potluck/data";
import { fleet } from "@potluck/scenario";
import { expect, test } from "vitest";
import { reportOf } from "./report-of.ts";
import { sampleRun } from "./sample-run.ts";

const about = { run: "sample-1", title: "Sample", command: "", wallSeconds: new Map(), fileBytes: {} };

test("busy is what the scorecard counts as busy: tasks that were pending at the end are work, too", async () => {
  const result = await sampleRun({ maximumSeconds: 0.5, fleet: fleet.uniform({ flopsPerSecond: 1e3 }) });
  const pending = result.clients.filter(
    ({ busySeconds, usedSeconds, wastedSeconds }) => busySeconds > usedSeconds + wastedSeconds,
  );
  expect(pending.length).toBeGreaterThan(0);
  const { clients } = reportOf({ ...about, result });
  expect(clients.map(({ busySeconds }) => busySeconds)).toEqual(result.clients.map(({ busySeconds }) => busySeconds));
});

test("the shares of the clients are those of the effective objective", async () => {
  const result = await sampleRun();
  const { clients, objective } = reportOf({ ...about, result });
  expect(clients.map(({ pull, asked, pullError }) => [pull, asked, pullError])).toEqual(
    result.effectiveObjective.clients.map(({ realised, asked, standardError }) => [realised, asked, standardError]),
  );
  expect(objective).toEqual({
    asked: "per-example",
    bias: result.effectiveObjective.bias,
    effectiveClients: result.effectiveObjective.effectiveClients,
  });
});

test("voices and data are those of the contribution gap, whatever clients hold in the end", async () => {
  const result = await sampleRun();
  const drifted = { ...result, clients: result.clients.map((client, at) => ({ ...client, examples: 1 + at })) };
  const { clients } = reportOf({ ...about, result: drifted });
  const apart = clients.map(({ contribution, dataShare }) => Math.abs(contribution - dataShare));
  expect(total(apart) / 2).toBeCloseTo(result.scorecard.unfairShare.contributionGap ?? 0, 12);
});

test("classes have the names that the data gives them, and their numbers where it gives none", async () => {
  const result = await sampleRun();
  const labels = (data: typeof result.data): readonly string[] =>
    reportOf({ ...about, result: { ...result, data } }).classes.map(({ label }) => label);
  const { classes } = result.data;
  expect(labels(result.data)).toEqual(Array.from({ length: classes }, (_, at) => String(at)));
  const classNames = Array.from({ length: classes }, (_, at) => `fruit ${at}`);
  expect(labels({ ...result.data, classNames })).toEqual(classNames);
});

test("links without bound are not modelled", async () => {
  const result = await sampleRun();
  const boundless = { low: Infinity, median: Infinity, high: Infinity };
  const tiers = result.tiers.map((tier) => ({ ...tier, uploadBytesPerSecond: boundless }));
  expect(reportOf({ ...about, result: { ...result, tiers } }).fleet).toMatchObject([
    { name: "1x", devices: 6, uploadBytesPerSecond: null },
  ]);
});

test("a coded run with fewer models than its code needs says how old its gradients are, as the summary does", async () => {
  const ageOf = async (models: number): Promise<unknown> => {
    const plan = coded({
      coding: coding.mSgc({ burst: 1, window: 3, most: 6 }),
      models: Array.from({ length: models }, () => serverOptimizer.sgd({ learningRate: 0.1 })),
      jobs: 4,
    });
    const result = await sampleRun({ partition: partition.replicated({ clients: 6 }), plan });
    return reportOf({ ...about, result }).gradientAge;
  };
  expect(await ageOf(1)).toEqual({ versions: 2, delay: 2, models: 1 });
  expect(await ageOf(3)).toBeUndefined();
  expect(reportOf({ ...about, result: await sampleRun() }).gradientAge).toBeUndefined();
});
