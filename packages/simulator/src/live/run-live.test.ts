import {
  codec,
  coded,
  coding,
  conversion,
  download,
  federated,
  isTraining,
  pacing,
  serverOptimizer,
  solver,
  type TrainingTask,
} from "@potluck/core";
import { partition } from "@potluck/data";
import { expect, test } from "vitest";
import { fleet } from "@potluck/scenario";
import { simulate } from "../index.ts";
import type { Hire, ToWorker } from "./messages.ts";
import { MAX_RESTARTS, runLive } from "./run-live.ts";
import { clock, hands, small, WORKERS } from "./sample-live.ts";

test("a live run comes to the models of a simulated one, in real time", async () => {
  const slow = small({ fleet: fleet.tiers({ slowdowns: [1], shares: [1], flopsPerSecond: 2e6 }) });
  const workers = hands(slow);
  const live = await runLive({ scenario: slow, seed: 1, clock, hire: workers.hire });
  await workers.close();
  const simulated = await simulate({ scenario: slow, seed: 1, workers: 1 });
  expect(live.status).toBe("finished");
  expect(live.clock).toBe("wall");
  expect(simulated.clock).toBeUndefined();
  expect(live.measurements.map(({ version }) => version)).toEqual(simulated.measurements.map(({ version }) => version));
  for (const [at, { testLoss }] of live.measurements.entries()) {
    expect(testLoss / (simulated.measurements[at]?.testLoss ?? 0)).toBeCloseTo(1, 4);
  }
  // No round ends sooner than the devices would have answered; whoever is late is not waited for.
  expect(live.virtualSeconds).toBeGreaterThan(0.5 * simulated.virtualSeconds);
  expect(live.tasks?.filter(({ fate }) => fate === "answered").length).toBeGreaterThanOrEqual(8 * (WORKERS - 1));
  const { usedSeconds, busySeconds } = live.clients.reduce((sum, one) => ({
    ...one,
    usedSeconds: sum.usedSeconds + one.usedSeconds,
    busySeconds: sum.busySeconds + one.busySeconds,
  }));
  expect(usedSeconds).toBeLessThanOrEqual(busySeconds);
});

test("a plan of federated averaging runs live as well", async () => {
  const averaging = small({
    partition: partition.iid({ clients: WORKERS }),
    plan: federated({
      pacing: pacing.rounds({ cohort: WORKERS }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 8 },
      versions: 3,
    }),
  });
  const workers = hands(averaging);
  const live = await runLive({ scenario: averaging, seed: 1, clock, hire: workers.hire });
  await workers.close();
  const simulated = await simulate({ scenario: averaging, seed: 1, workers: 1 });
  // Sums are in float64: the order of arrivals changes the last bits.
  for (const [at, value] of live.params.entries()) expect(value).toBeCloseTo(simulated.params[at] ?? NaN, 5);
  expect(live.scorecard.bottleneck.bytesUp).toBe(simulated.scorecard.bottleneck.bytesUp);
});

test("a worker that is killed is started again, and no gradient is wrong for it", async () => {
  const slow = small({ fleet: fleet.tiers({ slowdowns: [1], shares: [1], flopsPerSecond: 2e6 }) });
  const workers = hands(slow);
  const live = await runLive({
    scenario: slow,
    seed: 1,
    clock,
    hire: workers.hire,
    onProgress: ({ measurement: { version } }) => {
      if (version === 2) workers.kill(0);
      if (version === 4) for (const client of [1, 2]) workers.kill(client);
    },
  });
  await workers.close();
  expect(live.status).toBe("finished");
  expect(workers.hired()).toBe(WORKERS + 3);
  expect(live.failures.get("a worker ended: SIGKILL")).toBe(3);
  const simulated = await simulate({ scenario: slow, seed: 1, workers: 1 });
  for (const [at, { testLoss }] of live.measurements.entries()) {
    expect(testLoss / (simulated.measurements[at]?.testLoss ?? 0)).toBeCloseTo(1, 4);
  }
});

test("a worker that is started again is sent a whole model, whatever the one before it had", async () => {
  const averaging = small({
    fleet: fleet.tiers({ slowdowns: [1], shares: [1], flopsPerSecond: 2e6 }),
    partition: partition.iid({ clients: WORKERS }),
    plan: federated({
      pacing: pacing.fedBuff({ updates: WORKERS, concurrency: WORKERS }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 8 },
      download: download.changes({ codec: codec.topK({ ratio: 0.1 }) }),
      versions: 8,
    }),
  });
  const workers = hands(averaging);
  const tasks: TrainingTask[] = [];
  const hire: Hire = (client, listener) => {
    const worker = workers.hire(client, listener);
    const send = (message: ToWorker): void => {
      if (message.kind === "assign" && isTraining(message.task)) tasks.push(message.task);
      worker.send(message);
    };
    return { ...worker, send };
  };
  const onProgress = ({ measurement: { version } }: { readonly measurement: { readonly version: number } }): void => {
    if (version === 3) workers.kill(0);
  };
  const live = await runLive({ scenario: averaging, seed: 1, clock, hire, onProgress });
  await workers.close();
  expect(live.status).toBe("finished");
  const whole = (client: number): number =>
    tasks.filter((task) => task.client === client && task.version > 0 && task.download?.held === null).length;
  expect(whole(0)).toBe(1);
  expect([1, 2, 3].map(whole)).toEqual([0, 0, 0]);
});

test("a worker that stops without ending is ended and started again", async () => {
  const models = [serverOptimizer.sgd({ learningRate: 0.5 })];
  const uncoded = small({ plan: coded({ coding: coding.uncoded(), models, jobs: 8 }) });
  const workers = hands(uncoded);
  const live = await runLive({
    scenario: uncoded,
    seed: 1,
    clock,
    hire: workers.hire,
    silenceSeconds: 2,
    onProgress: ({ measurement: { version } }) => {
      if (version === 2) workers.freeze(1);
    },
  });
  await workers.close();
  expect(live.status).toBe("finished");
  expect(workers.hired()).toBe(WORKERS + 1);
  expect(live.failures.get("a worker ended: nothing was heard of it for 2 seconds")).toBe(1);
}, 60_000);

test("bytes are those that travel: tasks about several jobs send a model of each", async () => {
  const models = [0.5, 0.1].map((learningRate) => serverOptimizer.sgd({ learningRate }));
  const twice = small({ plan: coded({ coding: coding.mSgc({ burst: 1, window: 3, most: 4 }), models, jobs: 8 }) });
  const workers = hands(twice);
  const live = await runLive({ scenario: twice, seed: 1, clock, hire: workers.hire });
  await workers.close();
  const simulated = await simulate({ scenario: twice, seed: 1, workers: 1 });
  // In the first and the last round tasks are about one job, in the seven between about two: 16 models for each worker.
  const bytes = 16 * WORKERS * simulated.params.byteLength;
  expect(simulated.scorecard.bottleneck.bytesDown).toBe(bytes);
  expect(live.scorecard.bottleneck.bytesDown).toBeGreaterThanOrEqual(bytes);
}, 60_000);

test("workers that do not start end the run, which says so", async () => {
  let hired = 0;
  const hire: Hire = (_, { onGone }) => {
    hired += 1;
    setTimeout(() => onGone("exit code 1, after it had written: no such file"), 0);
    return { send: () => {}, dismiss: () => {} };
  };
  const live = await runLive({ scenario: small({}), seed: 1, clock, hire });
  expect(live).toMatchObject({ status: "stalled", versions: 0 });
  expect(live.ended).toContain("no worker is left");
  expect(live.ended).toContain("a worker ended: exit code 1, after it had written: no such file");
  expect(hired).toBe(WORKERS * (1 + MAX_RESTARTS));
  const silent: Hire = () => ({ send: () => {}, dismiss: () => {} });
  const waited = await runLive({ scenario: small({}), seed: 1, clock, hire: silent, startSeconds: 0.05 });
  expect(waited).toMatchObject({ status: "stalled", ended: "no worker was ready in time" });
});

test("a start does not wait for a worker that was given up: the others do without it", async () => {
  const workers = hands(small({}));
  const hire: Hire = (client, listener) => {
    if (client !== 1) return workers.hire(client, listener);
    setTimeout(() => listener.onGone("exit code 1"), 0);
    return { send: () => {}, dismiss: () => {} };
  };
  const live = await runLive({ scenario: small({}), seed: 1, clock, hire, startSeconds: 3600 });
  await workers.close();
  expect(live).toMatchObject({ status: "finished", versions: 8 });
  expect(live.failures.get("a worker ended: exit code 1")).toBe(1 + MAX_RESTARTS);
  // It may as well be the last that is waited for.
  const late = hands(small({}));
  const slow: Hire = (client, listener) => {
    if (client !== 1) return late.hire(client, listener);
    setTimeout(() => listener.onGone("exit code 1"), 100);
    return { send: () => {}, dismiss: () => {} };
  };
  const other = await runLive({ scenario: small({}), seed: 1, clock, hire: slow, startSeconds: 3600 });
  await late.close();
  expect(other).toMatchObject({ status: "finished", versions: 8 });
}, 60_000);

test("a run that is interrupted starts no worker again that ends because it was dismissed", async () => {
  const workers = hands(small({}));
  // As processes do, workers tell that they have ended some time after they were dismissed.
  const hire: Hire = (client, listener) => {
    const worker = workers.hire(client, listener);
    const dismiss = (): void => {
      worker.dismiss();
      setTimeout(() => listener.onGone("SIGKILL"), 0);
    };
    return { ...worker, dismiss };
  };
  const cancel = new AbortController();
  const onProgress = (): void => cancel.abort();
  const live = await runLive({ scenario: small({}), seed: 1, clock, hire, signal: cancel.signal, onProgress });
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  await workers.close();
  expect(live.status).toBe("interrupted");
  expect(workers.hired()).toBe(WORKERS);
});

test("a run that is interrupted has a result, and one that inverts updates is refused", async () => {
  const workers = hands(small({}));
  const cancel = new AbortController();
  const onProgress = (): void => cancel.abort();
  const live = await runLive({
    scenario: small({}),
    seed: 1,
    clock,
    hire: workers.hire,
    signal: cancel.signal,
    onProgress,
  });
  await workers.close();
  expect(live).toMatchObject({ status: "interrupted", checkpoint: null });
  const inverting = federated({
    pacing: pacing.fedAsync({ concurrency: 2 }),
    conversion: conversion.gradientInversion(),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { epochs: 1, batchSize: 8 },
    versions: 3,
  });
  const refused = small({ partition: partition.iid({ clients: WORKERS }), plan: inverting });
  await expect(runLive({ scenario: refused, seed: 1, clock, hire: workers.hire })).rejects.toThrow(
    "live runs do not do",
  );
});
