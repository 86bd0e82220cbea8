import {
  aggregationConformance,
  fullRounds,
  handWindows,
  outcomeOf,
  strategyConformance,
  takeInto,
  windowWith,
} from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePlain } from "../base/plain-data.ts";
import { federated } from "../plan/federated.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { afaCd } from "./afa-cd.ts";
import { fedNova } from "./fed-nova.ts";
import { mean } from "./mean.ts";

const aggregation = afaCd();

aggregationConformance(aggregation);

strategyConformance({
  name: "federated averaging per step",
  plan: (versions) =>
    federated({
      ...fullRounds,
      aggregation: afaCd(),
      // As long as the five steps that everyone takes.
      serverOptimizer: serverSgd({ learningRate: 5 }),
      versions,
    }),
  weights: "absolute",
  tolerance: 1e-3,
});

test("by hand: updates of 2 and 6 steps, weights 1 and 3", () => {
  const state = windowWith(aggregation, [], 2);
  const updates = [
    { delta: [4, 2], weight: 1, steps: 2 },
    { delta: [12, 0], weight: 3, steps: 6 },
  ];
  expect(takeInto(aggregation, state, updates)).toEqual([0.5, 0.5]);
  // (1 · 4/2 + 3 · 12/6) / 4 = 2,   (1 · 2/2 + 0) / 4 = ¼
  expect(outcomeOf(aggregation, state)).toEqual({ delta: [2, 0.25], scale: 0.25 });
});

test("with one step each it is the mean, to the last bit", () => {
  fc.assert(
    fc.property(handWindows, (updates) => {
      const single = updates.map((update) => ({ ...update, steps: 1 }));
      expect(outcomeOf(aggregation, windowWith(aggregation, single))).toEqual(
        outcomeOf(mean(), windowWith(mean(), single)),
      );
    }),
  );
});

test("it is the normalised mean but for the mean number of steps", () => {
  fc.assert(
    fc.property(handWindows, (updates) => {
      const weight = updates.reduce((sum, update) => sum + update.weight, 0);
      const steps = updates.reduce((sum, update) => sum + (update.weight * (update.steps ?? 1)) / weight, 0);
      const nova = fedNova();
      const expected = outcomeOf(nova, windowWith(nova, updates)).delta;
      outcomeOf(aggregation, windowWith(aggregation, updates)).delta.forEach((x, i) => {
        expect(x * steps).toBeCloseTo(expected[i] ?? Number.NaN, 9);
      });
    }),
  );
});

test("who takes more steps of the same size is not heard more", () => {
  fc.assert(
    fc.property(handWindows, fc.integer({ min: 1, max: 32 }), (updates, times) => {
      const single = updates.map((update) => ({ ...update, steps: 1, weight: 2 }));
      const longer = single.map((update, at) =>
        at === 0 ? { ...update, steps: times, delta: update.delta.map((x) => x * times) } : update,
      );
      const expected = outcomeOf(aggregation, windowWith(aggregation, single)).delta;
      outcomeOf(aggregation, windowWith(aggregation, longer)).delta.forEach((x, i) => {
        expect(x).toBeCloseTo(expected[i] ?? Number.NaN, 9);
      });
    }),
  );
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
  expect(afaCd().part).toEqual({ room: "aggregation", name: "afa-cd", options: {} });
  expect(() => afaCd.parse({ perStep: "on" })).toThrow('aggregation "afa-cd" has no option "perStep"');
});
