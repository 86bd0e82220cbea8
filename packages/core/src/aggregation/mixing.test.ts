import {
  aggregationConformance,
  fullRounds,
  handWindows,
  outcomeOf,
  type QuadraticClient,
  rehearse,
  strategyConformance,
  windowWith,
} from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePlain } from "../base/plain-data.ts";
import { fedAsync } from "../pacing/fed-async.ts";
import { federated } from "../plan/federated.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { mixing } from "./mixing.ts";
import { sum } from "./sum.ts";

aggregationConformance(mixing());

strategyConformance({
  name: "rounds whose models are mixed",
  plan: (versions) => federated({ ...fullRounds, weighting: uniform(), aggregation: mixing(), versions }),
  objective: "per client",
  weights: "absolute",
  tolerance: 1e-3,
});

test("of differences from the current model it is their sum over the updates, to the last bit", () => {
  expect(mixing().deltaFrom).toBe("current");
  fc.assert(
    fc.property(handWindows, (updates) => {
      expect(outcomeOf(mixing(), windowWith(mixing(), updates))).toEqual(outcomeOf(sum(), windowWith(sum(), updates)));
    }),
  );
});

/** Clients that both take half a step to their centres, 8 and −8; the second takes three seconds where the first takes two. */
const CLIENTS: readonly QuadraticClient[] = [
  { centre: Float32Array.of(8), examples: 1, taskSeconds: 2 },
  { centre: Float32Array.of(-8), examples: 1, taskSeconds: 3 },
];

function modelsWith(aggregation: ReturnType<typeof mixing>): readonly number[] {
  const plan = federated({
    pacing: fedAsync(),
    weighting: uniform(),
    aggregation,
    serverOptimizer: serverSgd({ learningRate: 0.5 }),
    solver: sgd({ learningRate: 0.5 }),
    work: { steps: 1, batchSize: 1 },
    versions: 3,
  });
  return rehearse({ plan, clients: CLIENTS, params: new Float32Array(1) }).published.map(([x]) => x ?? Number.NaN);
}

test("by hand: x ← (1 − α) x + α x_k with α = ½", () => {
  // t = 2: the first sends 4 (half of the way from 0 to 8):               ½ · 0 + ½ · 4    = 2
  // t = 3: the second began from 0 and sends −4:                          ½ · 2 + ½ · (−4) = −1
  // t = 4: the first began from 2, half of the way to 8 is 5:             ½ · (−1) + ½ · 5 = 2
  expect(modelsWith(mixing())).toEqual([2, -1, 2]);
});

test("by hand: a sum of deltas leaves the work of others alone", () => {
  // t = 2: 0 + ½ · 4 = 2;   t = 3: the second changed 0 by −4: 2 + ½ · (−4) = 0;   t = 4: the first changed 2 by 3: 0 + ½ · 3
  expect(modelsWith(sum())).toEqual([2, 0, 1.5]);
});

test("the window is as large for a thousand updates as for one", () => {
  const size = (count: number): number =>
    encodePlain(
      windowWith(
        mixing(),
        Array.from({ length: count }, () => ({ delta: [1, 2], weight: 2 })),
      ),
    ).length;
  expect(size(1000)).toBe(size(1));
});

test("it has no options", () => {
  expect(mixing().part).toEqual({ room: "aggregation", name: "mixing", options: {} });
  expect(() => mixing.parse({ alpha: 0.6 })).toThrow('aggregation "mixing" has no option "alpha"');
});
