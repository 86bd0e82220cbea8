import { federated, pacing, solver } from "@potluck/core";
import { expect, test } from "vitest";
import { answered, joined, manualRun, tasksOf } from "./manual-run.ts";

const plan = federated({
  pacing: pacing.rounds({ cohort: 1 }),
  solver: solver.sgd({ learningRate: 0.1 }),
  work: { steps: 1, batchSize: 1 },
  versions: 2,
});

test("clients have joined and nothing has started", () => {
  const run = manualRun(plan, new Float32Array(2), [3, 4]);
  expect(run.machine().fleet.population).toBe(2);
  expect(run.machine().ledger.clients.rows).toBe(2);
  expect(run.commands()).toEqual([]);
});

test("what is asked for is returned, and kept with what was asked for before", () => {
  const run = manualRun(plan, new Float32Array(2), [3]);
  const started = run.send(0, { kind: "started" });
  expect(started.map(({ kind }) => kind)).toEqual(["assign"]);
  const next = run.send(1, answered(run.task(0), [1, 2]));
  expect(run.commands()).toEqual([...started, ...next]);
  expect(tasksOf(run.commands())).toEqual([run.task(0), run.task(1)]);
  expect(() => run.task(2)).toThrow("task 2 is missing");
});

test("a run that went through bytes goes on", () => {
  const run = manualRun(plan, new Float32Array(2), [3]);
  run.send(0, { kind: "started" });
  const before = run.machine();
  run.restore();
  expect(run.machine()).not.toBe(before);
  expect(run.machine().snapshot()).toEqual(before.snapshot());
  expect(run.send(1, answered(run.task(0), [1, 2])).map(({ kind }) => kind)).toEqual(["publish", "assign"]);
});

test("an answer holds the trained parameters, and what is changed about it", () => {
  const run = manualRun(plan, new Float32Array(1), [3]);
  run.send(0, { kind: "started" });
  const event = answered(run.task(0), [1], { examples: 9 });
  expect(event).toMatchObject({ kind: "update", client: 0, task: 0, update: { examples: 9, steps: 1 } });
  expect([...event.update.payload]).toEqual([0, 0, 0x80, 0x3f]);
  expect(joined(2, 5)).toEqual({ kind: "joined", client: 2, profile: { examples: 5, tier: "manual" } });
});
