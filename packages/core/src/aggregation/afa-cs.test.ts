import {
  aggregationConformance,
  fullRounds,
  type HandUpdate,
  handWindows,
  outcomeOf,
  strategyConformance,
  takeInto,
  windowWith,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePlain } from "../base/plain-data.ts";
import { federated } from "../plan/federated.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { afaCd } from "./afa-cd.ts";
import { afaCs } from "./afa-cs.ts";
import { mean } from "./mean.ts";

const aggregation = afaCs();

for (const perStep of ["on", "off"] as const) aggregationConformance(afaCs({ perStep }));

strategyConformance({
  name: "federated averaging that remembers everyone's latest update",
  plan: (versions) =>
    federated({ ...fullRounds, aggregation: afaCs(), serverOptimizer: serverSgd({ learningRate: 5 }), versions }),
  weights: "absolute",
  tolerance: 1e-3,
});

strategyConformance({
  name: "MIFA's memory",
  plan: (versions) => federated({ ...fullRounds, aggregation: afaCs({ perStep: "off" }), versions }),
  tolerance: 1e-3,
});

/** Every client of a fleet once. */
const everyone = handWindows.map((updates) => updates.map((update, client) => ({ ...update, client })));

/** The windows one after another in one run; what became of each. */
function outcomes(
  chosen: ReturnType<typeof afaCs>,
  windows: readonly (readonly HandUpdate[])[],
): readonly ReturnType<typeof outcomeOf>[] {
  const state = windowWith(chosen, [], 3);
  return windows.map((updates) => {
    takeInto(chosen, state, updates);
    const outcome = outcomeOf(chosen, state);
    chosen.clear(state);
    return outcome;
  });
}

test("by hand: who is absent is remembered", () => {
  const windows = [
    [
      { delta: [4, 0, 0], weight: 1, steps: 2, client: 0 },
      { delta: [0, 6, 0], weight: 1, steps: 1, client: 1 },
    ],
    // Only the first comes again: (10 / 5, 0) takes the place of (2, 0), and (0, 6) of the second still counts.
    [{ delta: [10, 0, 0], weight: 1, steps: 5, client: 0 }],
    // A third, of weight 2: (2 + 2 · 4, 6, 0) / (1 + 1 + 2)
    [{ delta: [4, 0, 0], weight: 2, steps: 1, client: 2 }],
  ];
  expect(outcomes(aggregation, windows)).toEqual([
    { delta: [1, 3, 0], scale: 0.5 },
    { delta: [1, 3, 0], scale: 0.5 },
    { delta: [2.5, 1.5, 0], scale: 0.25 },
  ]);
});

describe("where everyone is new in every window, to the last bit,", () => {
  const rounds = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.array(everyone, { minLength: 1, maxLength: 4 }))
    .map(([clients, windows]) =>
      windows.map((updates) =>
        Array.from({ length: clients }, (_, client) => ({ ...updates[client % updates.length], client })),
      ),
    )
    .map((windows) => windows.map((updates) => updates.map((update) => ({ delta: [0, 0, 0], weight: 1, ...update }))));

  test("it is afa-cd", () => {
    fc.assert(
      fc.property(rounds, (windows) => {
        expect(outcomes(aggregation, windows)).toEqual(outcomes(afaCd(), windows));
      }),
    );
  });

  test("with perStep off it is the mean", () => {
    fc.assert(
      fc.property(rounds, (windows) => {
        expect(outcomes(afaCs({ perStep: "off" }), windows)).toEqual(outcomes(mean(), windows));
      }),
    );
  });
});

test("it is the mean of every client's latest update, whatever came before", () => {
  fc.assert(
    fc.property(fc.array(handWindows, { minLength: 1, maxLength: 6 }), (windows) => {
      const all = windows.flat();
      const latest = all.filter(({ client }, at) => !all.slice(at + 1).some((later) => later.client === client));
      const expected = outcomeOf(afaCd(), windowWith(afaCd(), latest));
      const last = outcomes(aggregation, windows).at(-1);
      expect(last?.scale).toBeCloseTo(expected.scale, 9);
      last?.delta.forEach((x, i) => {
        expect(x).toBeCloseTo(expected.delta[i] ?? Number.NaN, 8);
      });
    }),
  );
});

test("one huge update counts until its client's next, and its rounding errors no longer than a turn of all clients", () => {
  const sound = (client: number): HandUpdate => ({ delta: [client + 1, 0, 0], weight: 1, client });
  const huge: HandUpdate = { delta: [2 ** 100, 0, 0], weight: 1, client: 1 };
  const windows = [[sound(0), huge, sound(2)], [sound(1)], [sound(0)], [sound(2)], [sound(0)]];
  const deltas = outcomes(aggregation, windows).map(({ delta: [first] }) => first);
  expect(deltas[0]).toBe(2 ** 100 / 3);
  // What the others had said was lost in it; after three replacements everything is summed up anew: (1 + 2 + 3) / 3.
  expect(deltas.at(-1)).toBe(2);
});

test("an update that comes after a newer one of its client counts nothing, in the same window or later", () => {
  const newer: HandUpdate = { delta: [6, 0, 0], weight: 1, client: 0, task: 3 };
  const older: HandUpdate = { delta: [100, 0, 0], weight: 1, client: 0, task: 1 };
  const other: HandUpdate = { delta: [2, 0, 0], weight: 1, client: 1, task: 2 };
  expect(takeInto(aggregation, windowWith(aggregation, [], 3), [newer, older, other])).toEqual([1, 0, 1]);
  expect(outcomes(aggregation, [[newer, older, other], [older]])).toEqual([
    { delta: [4, 0, 0], scale: 0.5 },
    { delta: [4, 0, 0], scale: 0.5 },
  ]);
  expect(outcomes(aggregation, [[older, other, newer]])).toEqual([{ delta: [4, 0, 0], scale: 0.5 }]);
});

test("by hand: what a window held that was thrown away is not remembered, and loses nothing of what was", () => {
  const state = windowWith(aggregation, [
    { delta: [1, 0, 0], weight: 1, client: 0 },
    { delta: [3, 0, 0], weight: 1, client: 1 },
  ]);
  aggregation.clear(state);
  takeInto(aggregation, state, [
    { delta: [2 ** 100, 0, 0], weight: 1, client: 0 },
    { delta: [5, 0, 0], weight: 1, client: 2 },
  ]);
  aggregation.discard?.(state);
  // (1 + 3) / 2 as before, and (1 + 6) / 2 with the next of the second.
  expect(outcomeOf(aggregation, state)).toEqual({ delta: [2, 0, 0], scale: 0.5 });
  takeInto(aggregation, state, [{ delta: [6, 0, 0], weight: 1, client: 1 }]);
  expect(outcomeOf(aggregation, state)).toEqual({ delta: [3.5, 0, 0], scale: 0.5 });
});

test("it keeps 8 bytes for every parameter of every client that was heard, however often", () => {
  const bytes = (clients: number, length: number, times = 1): number => {
    const delta = Array.from({ length }, () => 1);
    const all = Array.from({ length: clients * times }, (_, at) => ({ delta, weight: 1, client: at % clients }));
    return encodePlain(windowWith(aggregation, all, length)).length;
  };
  for (const clients of [1, 5, 40]) {
    // A run of 64 numbers more: for every client, and for the sum.
    expect(bytes(clients, 164) - bytes(clients, 100)).toBe(8 * 64 * (clients + 1));
    expect(bytes(clients, 100, 7)).toBe(bytes(clients, 100));
  }
});

test("it divides by steps, or does not", () => {
  expect(afaCs().part).toEqual({ room: "aggregation", name: "afa-cs", options: { perStep: "on" } });
  expect(() => afaCs.parse({ perStep: true })).toThrow('aggregation "afa-cs": perStep must be one of "on", "off"');
});
