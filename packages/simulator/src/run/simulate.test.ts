import { clientId, federated, pacing, selection, serverOptimizer, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet, model, type Progress, type RunResult, type Scenario, scenario } from "@potluck/scenario";
import { simulate } from "../index.ts";

const local = { solver: solver.sgd({ learningRate: 0.1 }), work: { epochs: 2, batchSize: 16 } } as const;

/** A small scenario that is over in a moment. */
function small(changes: Partial<Scenario> = {}, plan: Partial<Parameters<typeof federated>[0]> = {}): Scenario {
  return scenario({
    name: "small",
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 4, features: 8, examplesPerClass: 150 }),
    partition: partition.dirichlet({ clients: 12, alpha: 0.5 }),
    fleet: fleet.tiers(),
    plan: federated({ pacing: pacing.rounds({ cohort: 4 }), ...local, versions: 6, ...plan }),
    ...changes,
  });
}

const run = (of: Scenario, workers = 1, seed = 1): Promise<RunResult> => simulate({ scenario: of, seed, workers });

/** What must not depend on the machine. */
function reproducible(result: RunResult): RunResult {
  return { ...result, wall: { wallSeconds: 0, executingSeconds: 0, busySeconds: 0, workers: 0 } };
}

test("the same seed gives the same result with one worker, with two and with four", async () => {
  const one = await run(small(), 1);
  for (const workers of [2, 4]) expect(reproducible(await run(small(), workers))).toEqual(reproducible(one));
  expect(one.modelHash).toMatch(/^[0-9a-f]{64}$/);
});

test("another seed gives another result", async () => {
  expect((await run(small(), 1, 2)).modelHash).not.toBe((await run(small(), 1, 1)).modelHash);
});

test("training learns: accuracy rises far above chance and the loss falls", async () => {
  const { measurements } = await run(small({}, { versions: 15 }));
  const [first, last] = [measurements[0], measurements.at(-1)];
  expect(measurements.map(({ version }) => version)).toEqual(Array.from({ length: 16 }, (_, version) => version));
  expect(last?.testAccuracy).toBeGreaterThan(0.7);
  expect(last?.testLoss).toBeLessThan(first?.testLoss ?? 0);
});

test("bytes are those of the encoded models: 4 for each parameter, once down and once up for each task", async () => {
  const { params, scorecard, clients } = await run(small());
  const asked = clients.reduce((sum, { timesAsked }) => sum + timesAsked, 0);
  expect(asked).toBe(6 * 4);
  expect(scorecard.bottleneck).toMatchObject({
    bytesUp: asked * 4 * params.length,
    bytesDown: asked * 4 * params.length,
    bytesLost: 0,
    uploadCompression: 1,
  });
});

test("each measurement knows how many updates had gone into the models, and how the scores stood then", async () => {
  const uneven = partition.dirichletQuantity({ clients: 12, beta: 0.5 });
  const perClient = small({ objective: "per-client", partition: uneven });
  const { measurements, effectiveObjective, scorecard, conditions } = await run(perClient);
  expect(measurements.map(({ updatesUsed }) => updatesUsed)).toEqual([0, 4, 8, 12, 16, 20, 24]);
  const { scores } = measurements.at(-1) ?? {};
  expect(scores?.objectiveBias).toBe(effectiveObjective.bias);
  expect(scores?.contributionGap).toBe(scorecard.unfairShare.contributionGap);
  expect(scores?.contributionGap).toBeGreaterThan(0);
  expect(scores?.objectiveBias).not.toBeCloseTo(scores?.contributionGap ?? 0, 3);
  expect(conditions).toMatchObject({ objective: "per-client", targetAccuracy: null, evaluateEvery: 1 });
});

test("a round takes as long as its slowest client", async () => {
  const links = { latencySeconds: 0, uploadBytesPerSecond: 1e15, downloadBytesPerSecond: 1e15, computeNoise: 0 };
  const slow = await run(small({ fleet: fleet.uniform({ flopsPerSecond: 1e6, ...links }) }));
  const fast = await run(small({ fleet: fleet.uniform({ flopsPerSecond: 1e7, ...links }) }));
  expect(slow.modelHash).toBe(fast.modelHash);
  expect(slow.virtualSeconds / fast.virtualSeconds).toBeCloseTo(10, 6);
});

test("failing devices cost rounds, not the run", async () => {
  const failing = small(
    { fleet: fleet.uniform({ failureRate: 0.4 }) },
    { pacing: pacing.rounds({ cohort: 4, quorum: 0.25 }) },
  );
  const result = await run(failing);
  expect(result.status).toBe("finished");
  expect(result.versions).toBe(6);
  expect(result.scorecard.delay.tasksFailed).toBeGreaterThan(0);
  expect(result.failures.get("the device failed")).toBe(result.scorecard.delay.tasksFailed);
  expect(result.scorecard.unfairShare.wastedWorkShare).toBeGreaterThan(0);
});

test("over-selection calls slow clients back and finishes sooner", async () => {
  const plain = await run(small());
  const over = await run(small({}, { pacing: pacing.rounds({ cohort: 4, overSelection: 2 }) }));
  expect(over.scorecard.delay.tasksRecalled).toBe(6 * 4);
  expect(over.virtualSeconds).toBeLessThan(plain.virtualSeconds);
});

test("a run can end at its target or at its hour", async () => {
  const atTarget = await run(small({ targetAccuracy: 0.5, stopAtTarget: true }, { versions: 50 }));
  expect(atTarget.ended).toContain("target accuracy");
  expect(atTarget.versions).toBeLessThan(50);
  expect(atTarget.scorecard.delay.secondsToTarget).toBe(atTarget.virtualSeconds);
  const atHour = await run(small({ maximumSeconds: 0.5 }, { versions: 5000 }));
  expect(atHour.ended).toContain("0.5 virtual seconds");
  expect(atHour.virtualSeconds).toBe(0.5);
});

test("a first model that is good enough already ends the run before anything is trained", async () => {
  const result = await run(small({ targetAccuracy: 0.01, stopAtTarget: true }));
  expect(result).toMatchObject({ status: "finished", versions: 0, virtualSeconds: 0 });
  expect(result.ended).toBe("the target accuracy of 0.01 was reached");
  expect(result.measurements).toHaveLength(1);
  expect(result.scorecard.delay.secondsToTarget).toBe(0);
});

test("an interrupted run leaves a usable result", async () => {
  const controller = new AbortController();
  const onProgress = ({ measurement }: Progress): void => {
    if (measurement.version === 3) controller.abort();
  };
  const result = await simulate({ scenario: small(), seed: 1, workers: 1, signal: controller.signal, onProgress });
  expect(result.status).toBe("interrupted");
  expect(result.versions).toBe(3);
  expect(result.measurements.at(-1)?.version).toBe(3);
  expect(result.clients.length).toBe(12);
});

test("a run that is interrupted before its first event still leaves a result", async () => {
  const result = await simulate({ scenario: small(), seed: 1, workers: 1, signal: AbortSignal.abort() });
  expect(result.status).toBe("interrupted");
  expect(result.versions).toBe(0);
  expect(result.clients.length).toBe(12);
  expect(result.measurements.length).toBe(1);
  expect(result.effectiveObjective).toMatchObject({ bias: null, effectiveClients: null });
  expect(result.scorecard.unfairShare.contributionGap).toBeNull();
  expect(result.measurements[0]?.scores).toMatchObject({ contributionGap: null, objectiveBias: null });
});

test("a model that diverges ends the run with what was measured until then", async () => {
  const result = await run(small({}, { serverOptimizer: serverOptimizer.sgd({ learningRate: 1e30 }) }));
  expect(result.status).toBe("stalled");
  expect(result.ended).toContain("diverged");
  expect(result.measurements.length).toBeGreaterThan(0);
});

test("at each version, what was sent to clients and by them is what its rounds took", async () => {
  const { measurements, params } = await run(small());
  for (const { version, bytesUp, bytesDown } of measurements) {
    expect(bytesUp).toBe(version * 4 * 4 * params.length);
    expect(bytesDown).toBe(bytesUp);
  }
});

test("skipping evaluations does not change the model, and the last version is always measured", async () => {
  const every = await run(small());
  const seldom = await run(small({ evaluateEvery: 4 }));
  expect(seldom.modelHash).toBe(every.modelHash);
  expect(seldom.measurements.map(({ version }) => version)).toEqual([0, 4, 6]);
});

test("scores are those of the instant of publication, also where the last model was not meant to be measured", async () => {
  const short = { maximumSeconds: 0.9 * (await run(small())).virtualSeconds };
  const every = await run(small(short));
  const seldom = await run(small({ ...short, evaluateEvery: 4 }));
  expect(seldom.measurements.map(({ version }) => version)).toEqual([0, 4, 5]);
  expect(seldom.measurements.at(-1)).toEqual(every.measurements.at(-1));
  // Time went on after that, and work with it.
  expect(every.virtualSeconds).toBeGreaterThan(every.measurements.at(-1)?.virtualSeconds ?? Infinity);
});

test("a plan that the fleet can never run is refused before anything is trained", async () => {
  await expect(run(small({}, { pacing: pacing.rounds({ cohort: 13 }) }))).rejects.toThrow("the fleet has 12 clients");
});

test("a training step that overflows is a failure of its task, and is counted", async () => {
  const diverging = small({}, { solver: solver.sgd({ learningRate: 1e30 }), versions: 2 });
  const result = await run(diverging);
  expect(result.params.every((x) => Number.isFinite(x))).toBe(true);
  expect(result.status).toBe("stalled");
  expect(result.ended).toContain("rounds in a row");
});

test("a run that could not go on names its most frequent failure and what to do about it", async () => {
  const diverging = await run(small({}, { solver: solver.sgd({ learningRate: 1e30 }), versions: 2 }));
  const { tasksFailed: all } = diverging.scorecard.delay;
  const [reason, times] = [...diverging.failures].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  expect(diverging.ended).toBe(
    `training diverged: ${all} of ${all} failures are of numbers that are not finite; ` +
      `100 rounds in a row ended with fewer than 4 updates; ${times} of ${all} failures: ` +
      `${reason}. Lower the learning rate, clip the gradient, or scale the features`,
  );
  expect(reason).toContain("training left the finite numbers");
  const failing = await run(small({ fleet: fleet.uniform({ failureRate: 0.9 }) }));
  const { tasksFailed } = failing.scorecard.delay;
  expect(failing.ended).toContain(
    `; ${tasksFailed} of ${tasksFailed} failures: the device failed. Lower the failureRate`,
  );
});

test("a run that finished does not speak of its failures where it says why it ended", async () => {
  const lossy = small(
    { fleet: fleet.uniform({ failureRate: 0.4 }) },
    { pacing: pacing.rounds({ cohort: 4, quorum: 0.25 }) },
  );
  expect((await run(lossy)).ended).toBe("6 versions were published");
});

const identities: readonly (readonly [string, Partial<Parameters<typeof federated>[0]>])[] = [
  ["FedProx with mu = 0", { solver: solver.fedProx({ mu: 0, learningRate: 0.1 }) }],
  ["FedAvgM with momentum 0", { serverOptimizer: serverOptimizer.momentum({ momentum: 0 }) }],
  ["Nesterov with momentum 0", { serverOptimizer: serverOptimizer.nesterov({ momentum: 0 }) }],
  ["local momentum 0 and weight decay 0", { solver: solver.sgd({ learningRate: 0.1, momentum: 0, weightDecay: 0 }) }],
  ["naming the defaults", { selection: selection.uniform(), weighting: weighting.byExamples() }],
];

test.each(identities)("%s is federated averaging, bit for bit", async (_, changes) => {
  expect((await run(small({}, changes))).modelHash).toBe((await run(small())).modelHash);
});

test("whoever watches sees every instant, may keep the run waiting, and changes nothing", async () => {
  const seen: number[] = [];
  let answered = 0;
  const watched = await simulate({
    scenario: small(),
    seed: 1,
    workers: 1,
    watch: async ({ now, machine }) => {
      seen.push(now);
      answered = machine.fleet.client(clientId(0)).timesAnswered;
      await Promise.resolve();
    },
  });
  const alone = await run(small());
  expect(reproducible(watched)).toEqual(reproducible(alone));
  expect(seen).toHaveLength(alone.events);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(answered).toBe(alone.clients[0]?.timesAnswered);
});
