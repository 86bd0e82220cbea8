import { clientId, codec, federated, pacing, plainKernels, rootKey, solver, type Task, taskId } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answered, manualRun } from "./manual-run.ts";
import {
  answer,
  exactConversion,
  meanOptimum,
  pooledOptimum,
  type QuadraticClient,
  quadraticClients,
} from "./quadratic.ts";
import { fullRounds } from "./strategy-conformance.ts";

const client = (centre: number, examples: number): QuadraticClient => {
  return { centre: Float32Array.of(centre), examples, taskSeconds: 1 };
};

test("the optimum makes the gradient of the pooled loss vanish", () => {
  const clients = quadraticClients(rootKey(1), 7, 4);
  const optimum = pooledOptimum(clients);
  for (let i = 0; i < 4; i++) {
    const gradient = clients.reduce(
      (sum, { centre, examples }) => sum + examples * ((optimum[i] ?? Number.NaN) - (centre[i] ?? 0)),
      0,
    );
    expect(gradient).toBeCloseTo(0, 10);
  }
});

test("by hand: (1 · 0 + 3 · 8) / 4 = 6 per example, (0 + 8) / 2 = 4 per client", () => {
  const clients = [client(0, 1), client(8, 3)];
  expect([...pooledOptimum(clients), ...meanOptimum(clients)]).toEqual([6, 4]);
});

test("the same key has the same clients, with 1 … n examples and 1 … 3 seconds", () => {
  expect(quadraticClients(rootKey(1), 5, 2)).toEqual(quadraticClients(rootKey(1), 5, 2));
  expect(quadraticClients(rootKey(1), 5, 2)).not.toEqual(quadraticClients(rootKey(2), 5, 2));
  expect(quadraticClients(rootKey(1), 4, 2).map(({ examples, taskSeconds }) => [examples, taskSeconds])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 1],
  ]);
});

test("an answer has taken the steps of its task: it has shrunk the distance to the centre", () => {
  const whole = fc.integer({ min: -8, max: 8 });
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: 1, max: 4 }), (centre, start, steps) => {
      const plan = federated({
        ...fullRounds,
        pacing: pacing.rounds({ cohort: 1 }),
        solver: solver.sgd({ learningRate: 0.5 }),
        work: { steps, batchSize: 1 },
        versions: 1,
      });
      const run = manualRun(plan, Float32Array.of(start), [1]);
      run.send(0, { kind: "started" });
      const task: Task = run.task(0);
      const { update } = answer(client(centre, 3), task);
      expect(update).toMatchObject({ examples: 3, steps, spent: { computeSeconds: 1 } });
      expect(codec.identity().defect(update.payload, 1, plainKernels)).toBeNull();
      // Powers of ½ of whole numbers: exact in float32.
      const [published] = run.send(1, answered(task, [0], update));
      expect(published).toMatchObject({
        kind: "publish",
        params: Float32Array.of(centre + (start - centre) / 2 ** steps),
      });
    }),
  );
});

test("a conversion is what the client would have answered from the other model", () => {
  const [one] = quadraticClients(rootKey(3), 1, 3);
  if (one === undefined) throw new Error("there is a client");
  const [start, current] = [Float32Array.of(1, 2, 3), Float32Array.of(-4, 0, 9)];
  // Three steps of half the way to the centre.
  const after = (from: Float32Array): Float32Array => from.map((x, i) => x + (7 / 8) * ((one.centre[i] ?? 0) - x));
  const request = { kind: "convert", client: clientId(0), task: taskId(0), key: rootKey(0), start, current } as const;
  const inversion = { examples: 1, maximumSteps: 3, iterations: 1, learningRate: 1, topShare: 1 };
  const estimate = exactConversion({ ...request, trained: after(start), steps: 3, stepSize: 0.5, inversion });
  for (const [i, x] of after(current).entries()) expect(estimate[i]).toBeCloseTo(x, 5);
});
