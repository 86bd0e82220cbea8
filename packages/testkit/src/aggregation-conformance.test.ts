import { type Aggregation, aggregation, type Part, plainKernels } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { aggregationConformance, type AggregationLaw, aggregationLaws } from "./aggregation-conformance.ts";

type Subject = Aggregation<unknown> & Part;

aggregationConformance(aggregation.mean());

const mean = aggregation.mean();
const lasting = aggregation.afaCs();
let handedOut = 0;

/** For each law an aggregation that breaks it. */
const offenders: readonly (readonly [AggregationLaw, string, Subject])[] = [
  [
    "is linear: its delta is Σ scale · factor · Δ",
    "says twice the factor",
    { ...mean, add: (state, addend) => 2 * mean.add(state, addend) },
  ],
  [
    "of nothing, or of weights of zero, is zero",
    "never says nothing",
    { ...mean, result: (state, fleet) => ({ ...mean.result(state, fleet), delta: Float64Array.of(1, 1, 1) }) },
  ],
  [
    "looking at the result leaves the window as it is",
    "empties it",
    {
      ...mean,
      result: (state, fleet) => {
        const result = mean.result(state, fleet);
        mean.clear(state);
        return result;
      },
    },
  ],
  [
    "looking at the result leaves the window as it is",
    "hands out its own sum",
    (() => {
      const result = { delta: new Float64Array(3), scale: 1 };
      return { ...mean, result: () => result };
    })(),
  ],
  [
    "a window that went through bytes goes on to the same result",
    "remembers outside its state",
    {
      ...mean,
      result: (state, fleet) => {
        const { delta, scale } = mean.result(state, fleet);
        handedOut += 1;
        return { delta: delta.map((x) => x + handedOut), scale };
      },
    },
  ],
  [
    "an emptied window is as good as new, or remembers the latest of every client",
    "keeps what was in it",
    { ...mean, clear: () => undefined },
  ],
  [
    "a window that is thrown away leaves nothing behind",
    "keeps what should not last",
    { ...lasting, discard: lasting.clear },
  ],
  [
    "an emptied window is as good as new, or remembers the latest of every client",
    "forgets what should last",
    {
      ...lasting,
      init: (length, kernels) => ({ own: lasting.init(length, kernels) }),
      add: (state, addend) => lasting.add(ownOf(state), addend),
      result: (state, fleet) => lasting.result(ownOf(state), fleet),
      clear: (state) => Object.assign(holder(state), { own: lasting.init(3, plainKernels) }),
    },
  ],
];

function holder(state: unknown): { own: unknown } {
  if (typeof state !== "object" || state === null || !("own" in state)) throw new Error("a state that holds another");
  return state;
}

function ownOf(state: unknown): unknown {
  return holder(state).own;
}

describe.each(offenders)("%s:", (law, offence, subject) => {
  test(`an aggregation that ${offence} breaks it`, () => {
    const [, check] = aggregationLaws.find(([name]) => name === law) ?? [];
    expect(() => check?.(subject)).toThrow();
  });
});
