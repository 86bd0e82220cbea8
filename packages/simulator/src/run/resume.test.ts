import { federated, pacing, present, serverOptimizer, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { describe, expect, test } from "vitest";
import { fleet, model, type RunResult, type Scenario, scenario } from "@potluck/scenario";
import { measurementsIn, simulate } from "../index.ts";

const lively: Scenario = scenario({
  name: "lively",
  model: model.mlp({ hidden: [8] }),
  data: data.gaussians({ classes: 3, features: 4, examplesPerClass: 80 }),
  partition: partition.dirichlet({ clients: 8, alpha: 0.5 }),
  fleet: fleet.tiers({ failureRate: 0.2, uploadBytesPerSecond: 2000 }),
  server: { uploadBytesPerSecond: 5000 },
  plan: federated({
    pacing: pacing.rounds({ cohort: 3, overSelection: 1.6, quorum: 0.4 }),
    solver: solver.sgd({ learningRate: 0.1, momentum: 0.5 }),
    serverOptimizer: serverOptimizer.adam({ learningRate: 0.05 }),
    work: { epochs: 1, batchSize: 8 },
    versions: 10,
  }),
});

/** What must not depend on the machine. */
function reproducible(result: RunResult): unknown {
  return { ...result, wall: null };
}

/** A signal that is aborted from when it was looked at so often. */
function abortedAfter(looks: number): AbortSignal {
  const { signal } = new AbortController();
  let left = looks;
  Object.defineProperty(signal, "aborted", { get: () => left-- <= 0 });
  return signal;
}

/** The result of a run that is interrupted after so many happenings, each time with another number of workers. */
async function interrupted(pauses: readonly number[]): Promise<RunResult> {
  let result = await simulate({ scenario: lively, seed: 1, workers: 1, signal: abortedAfter(pauses[0] ?? 0) });
  for (const [at, pause] of [...pauses.slice(1), Number.POSITIVE_INFINITY].entries()) {
    const checkpoint = present(result.checkpoint, `the checkpoint after ${at + 1} interruptions`);
    const signal = abortedAfter(pause);
    result = await simulate({ scenario: lively, seed: 1, workers: 2 - (at % 2), signal, checkpoint });
  }
  return result;
}

describe("a run that was interrupted goes on to the identical result, with any number of workers,", () => {
  const whole = simulate({ scenario: lively, seed: 1, workers: 1 });

  test.each([
    ["before its first event", [0]],
    ["while models are on their way", [5]],
    ["in the middle", [61]],
    ["twice", [33, 40]],
  ])("%s", async (_, pauses) => {
    expect(reproducible(await interrupted(pauses))).toEqual(reproducible(await whole));
  });
});

test("a run that is measured seldom goes on to the same measurements, each at the instant of its publication", async () => {
  const seldom = { ...lively, evaluateEvery: 4 };
  const every = await simulate({ scenario: lively, seed: 1, workers: 1 });
  const cut = await simulate({ scenario: seldom, seed: 1, workers: 1, signal: abortedAfter(61) });
  const checkpoint = present(cut.checkpoint, "a checkpoint");
  const seen: number[] = [];
  const onProgress: Parameters<typeof simulate>[0]["onProgress"] = ({ measurement }) => seen.push(measurement.version);
  const result = await simulate({ scenario: seldom, seed: 1, workers: 1, checkpoint, onProgress });
  const versions = [0, 4, 8, 10];
  expect(result.measurements).toEqual(every.measurements.filter(({ version }) => versions.includes(version)));
  expect([...(await measurementsIn(checkpoint)).map(({ version }) => version), ...seen]).toEqual(versions);
  // The interrupted run itself measures its last model, at the instant at which that was published.
  expect(every.measurements).toContainEqual(cut.measurements.at(-1));
});

test("a checkpoint of another run is refused in words", async () => {
  const { checkpoint } = await simulate({ scenario: lively, seed: 1, workers: 1, signal: abortedAfter(20) });
  const bytes = present(checkpoint, "the checkpoint of an interrupted run");
  const going = (changes: Partial<Parameters<typeof simulate>[0]>): Promise<RunResult> =>
    simulate({ scenario: lively, seed: 1, workers: 1, checkpoint: bytes, ...changes });
  await expect(going({ seed: 2 })).rejects.toThrow("its seed is 1, not 2");
  await expect(going({ scenario: { ...lively, server: { uploadBytesPerSecond: 1 } } })).rejects.toThrow("settings");
  const other = { ...lively, fleet: fleet.uniform() };
  await expect(going({ scenario: other })).rejects.toThrow('its fleet is {"name":"tiers"');
  await expect(going({ checkpoint: bytes.slice(0, 100) })).rejects.toThrow("its bytes are damaged or cut off");
});

test("of a checkpoint in which a single bit is wrong nothing is gone on from, wherever the bit is", async () => {
  const cut = await simulate({ scenario: lively, seed: 1, workers: 1, signal: abortedAfter(20) });
  const checkpoint = present(cut.checkpoint, "a checkpoint");
  const places = Array.from({ length: 150 }, (_, k) => Math.floor((k * checkpoint.length) / 150));
  for (const place of [...places, checkpoint.length - 1]) {
    const damaged = checkpoint.with(place, (checkpoint[place] ?? 0) ^ (1 << (place % 8)));
    await expect(measurementsIn(damaged)).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringContaining("its bytes are damaged"),
    });
  }
  const damaged = checkpoint.with(checkpoint.length >> 1, (checkpoint[checkpoint.length >> 1] ?? 0) ^ 1);
  const going = simulate({ scenario: lively, seed: 1, workers: 1, checkpoint: damaged });
  await expect(going).rejects.toMatchObject({ code: "checkpoint-invalid" });
});

test("a checkpoint is gone on from only by the software that wrote it", async () => {
  const software = { potluck: "1.2.3", onnxruntime: "1.30.0" };
  const cut = await simulate({ scenario: lively, seed: 1, workers: 1, signal: abortedAfter(20), software });
  const checkpoint = present(cut.checkpoint, "a checkpoint");
  const under = (versions: Readonly<Record<string, string>>): Promise<RunResult> =>
    simulate({ scenario: lively, seed: 1, workers: 1, checkpoint, software: versions });
  await expect(under({ ...software, potluck: "1.2.4" })).rejects.toThrow(
    "it was written with potluck 1.2.3, and this is potluck 1.2.4",
  );
  await expect(under({ potluck: "1.2.3" })).rejects.toThrow("onnxruntime 1.30.0, and this is onnxruntime unknown");
  expect((await under(software)).status).toBe("finished");
});

test("a run that has ended leaves no checkpoint", async () => {
  expect((await simulate({ scenario: lively, seed: 1, workers: 1 })).checkpoint).toBeNull();
});
