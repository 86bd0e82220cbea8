import { expect, test } from "vitest";
import { plainKernels } from "../params/vector-kernels.ts";
import { clientId, taskId } from "../plan/identity.ts";
import { defineAggregation } from "./aggregation.ts";

interface Tally {
  count: number;
}

const tally = defineAggregation<{ readonly from?: number }, Tally>({
  room: "aggregation",
  name: "tally",
  about: "Counts.",
  fights: [],
  options: { from: { kind: "number", default: 0, about: "where to begin" } },
  make: ({ from }) => ({
    init: (length) => ({ count: from + length }),
    add: (state, { decoded, weight }) => {
      decoded(new Float64Array(1), weight);
      state.count += weight;
      return weight;
    },
    result: ({ count }, { population }) => ({ delta: Float64Array.of(count), scale: population }),
    clear: (state) => {
      state.count = from;
    },
  }),
});

const addend = { steps: 1, client: clientId(0), task: taskId(0) };
const fleet = { population: 4, examples: 9 };

test("an aggregation is a part whose state only it can read", () => {
  const made = tally({ from: 10 });
  expect(made.part).toEqual({ room: "aggregation", name: "tally", options: { from: 10 } });
  const state = made.init(2, plainKernels);
  const factors: number[] = [];
  expect(made.add(state, { ...addend, decoded: (_, factor) => factors.push(factor), weight: 5 })).toBe(5);
  // 10 from the options, 2 for the length, 5 for the weight.
  expect(made.result(state, fleet)).toEqual({ delta: Float64Array.of(17), scale: 4 });
  expect(factors).toEqual([5]);
  made.clear(state);
  expect(made.result(state, fleet).delta).toEqual(Float64Array.of(10));
});

test("two windows of one aggregation do not know of each other", () => {
  const made = tally();
  const [one, other] = [made.init(0, plainKernels), made.init(0, plainKernels)];
  made.add(one, { ...addend, decoded: () => undefined, weight: 3 });
  expect([one, other].map((state) => made.result(state, fleet).delta)).toEqual([
    Float64Array.of(3),
    Float64Array.of(0),
  ]);
});
