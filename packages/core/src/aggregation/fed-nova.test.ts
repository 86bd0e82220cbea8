import {
  aggregationConformance,
  fullRounds,
  handWindows,
  meanOptimum,
  outcomeOf,
  quadraticClients,
  rehearse,
  strategyConformance,
  takeInto,
  windowWith,
} from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePlain } from "../base/plain-data.ts";
import { rootKey } from "../base/key.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { fedNova } from "./fed-nova.ts";
import { mean } from "./mean.ts";

const aggregation = fedNova();

aggregationConformance(aggregation);

strategyConformance({
  name: "federated averaging with the normalised mean",
  plan: (versions) => federated({ ...fullRounds, aggregation: fedNova(), versions }),
  tolerance: 1e-3,
});

test("by hand: two updates of 2 and 6 steps, equal weights", () => {
  // Per step the first changes 4 / 2 = 2 and the second 12 / 6 = 2: the mean step is 2, the mean number of steps 4.
  const [one, other] = [
    { delta: [4, 2], weight: 3, steps: 2 },
    { delta: [12, 0], weight: 3, steps: 6 },
  ];
  const state = windowWith(aggregation, [], 2);
  expect(takeInto(aggregation, state, [one, other])).toEqual([1.5, 0.5]);
  // (½ · 2 + ½ · 2) · 4 = 8,   (½ · 1 + ½ · 0) · 4 = 2;   scale: 4 / (3 + 3)
  const { delta, scale } = outcomeOf(aggregation, state);
  expect(scale).toBeCloseTo(4 / 6, 15);
  expect(delta[0]).toBeCloseTo(8, 12);
  expect(delta[1]).toBeCloseTo(2, 12);
});

test("where all take as many steps it is the mean", () => {
  fc.assert(
    fc.property(handWindows, fc.integer({ min: 1, max: 100 }), (updates, steps) => {
      const alike = updates.map((update) => ({ ...update, steps }));
      const expected = outcomeOf(mean(), windowWith(mean(), alike));
      const { delta } = outcomeOf(aggregation, windowWith(aggregation, alike));
      delta.forEach((x, i) => {
        expect(x).toBeCloseTo(expected.delta[i] ?? Number.NaN, 9);
      });
    }),
  );
});

test("only the ratios of the weights count", () => {
  fc.assert(
    fc.property(handWindows, (updates) => {
      const eightfold = updates.map((update) => ({ ...update, weight: 8 * update.weight }));
      expect(outcomeOf(aggregation, windowWith(aggregation, eightfold)).delta).toEqual(
        outcomeOf(aggregation, windowWith(aggregation, updates)).delta,
      );
    }),
  );
});

test("an update counts by its weight and the mean number of steps, and not by its own", () => {
  fc.assert(
    fc.property(handWindows, (updates) => {
      // Everyone changes the same in a step: then so does the window, in as many steps as are taken on average.
      const step = [1, -2, 0.5];
      const same = updates.map((update) => ({ ...update, delta: step.map((x) => x * (update.steps ?? 1)) }));
      const weight = same.reduce((sum, update) => sum + update.weight, 0);
      const steps = same.reduce((sum, update) => sum + (update.weight * (update.steps ?? 1)) / weight, 0);
      const { delta } = outcomeOf(aggregation, windowWith(aggregation, same));
      delta.forEach((x, i) => {
        expect(x / ((step[i] ?? 0) * steps)).toBeCloseTo(1, 10);
      });
    }),
  );
});

test("with unequal numbers of steps it comes to the optimum that was asked for, and the mean to another", () => {
  // Epochs of batches of one: client k has 1 + k examples and takes as many steps. Each client is to count the same.
  const clients = quadraticClients(rootKey(4), 6, 4);
  const optimum = meanOptimum(clients);
  const distanceWith = (chosen: ReturnType<typeof fedNova>): number => {
    const plan = federated({
      pacing: rounds({ cohort: 6 }),
      weighting: uniform(),
      aggregation: chosen,
      solver: sgd({ learningRate: 0.005 }),
      work: { epochs: 1, batchSize: 1 },
      versions: 800,
    });
    const { published } = rehearse({ plan, clients, params: new Float32Array(4) });
    const last = published.at(-1) ?? new Float32Array(4);
    return Math.hypot(...Array.from(optimum, (x, i) => x - (last[i] ?? 0)));
  };
  expect(distanceWith(fedNova())).toBeLessThan(0.03);
  expect(distanceWith(mean())).toBeGreaterThan(0.1);
});

test("the window is as large for a thousand updates as for one", () => {
  const size = (count: number): number =>
    encodePlain(
      windowWith(
        aggregation,
        Array.from({ length: count }, () => ({ delta: [1, 2], weight: 2 })),
      ),
    ).length;
  expect(size(1000)).toBe(size(1));
});

test("it has no options", () => {
  expect(fedNova().part).toEqual({ room: "aggregation", name: "fed-nova", options: {} });
  expect(() => fedNova.parse({ rho: 0.9 })).toThrow('aggregation "fed-nova" has no option "rho"');
});
